import type { ServerView } from '../../../shared/servers/saved-server.ts';
import type {
  AppEvent,
  AppInfo,
  RequestName,
  RequestParams,
  RequestResult,
} from '../../../shared/contract/api.ts';
import type { Draft } from '../../../shared/model/profile.ts';
import type { TaskEvent } from '../../../shared/model/task-event.ts';
import type { TaskView } from '../../../shared/model/task-view.ts';

/** What a scenario may do while the page is open. */
export interface ScenarioHost {
  emit(event: AppEvent): void;
  /** The task as it stands now, with what is changed; the page is told. */
  changeTask(id: string, change: Partial<TaskView>): TaskView;
  /** The other end is gone, and refuses to be reached until `comeBack`. */
  goAway(): void;
  comeBack(): void;
}

type Answer<N extends RequestName> = (
  params: RequestParams<N>,
  host: ScenarioHost,
) => RequestResult<N> | Promise<RequestResult<N>>;

/** An application as a page may find it. What is left out is as in an application that was just installed. */
export interface Scenario {
  readonly info?: Partial<AppInfo>;
  readonly tasks?: readonly TaskView[];
  readonly servers?: readonly ServerView[];
  readonly drafts?: readonly Draft[];
  readonly events?: Readonly<Record<string, readonly TaskEvent[]>>;
  /** Takes the place of what the scripted host answers by itself. May throw a LockstepError. */
  readonly answers?: { readonly [N in RequestName]?: Answer<N> };
  /** Runs once when the page has connected. */
  readonly script?: (host: ScenarioHost) => void;
  /** Running tasks report once a second, with figures that move. */
  readonly live?: boolean;
}

/** Each file in `scenarios/` exports some of these by their names. Made anew for each page, so that times are now. */
export type Scenarios = Readonly<Record<string, () => Scenario>>;
