import type { Places } from '../../shared/errors/place-words.ts';
import { placesOf } from '../../shared/format/server-place.ts';
import type { TaskView } from '../../shared/model/task-view.ts';
import { useTaskPart } from './use-task-part.ts';

const pickPlaces = (task: TaskView) => placesOf(task);

/** Where the servers of a task are, for the commands of a remedy. */
export const usePlaces = (id: string): Places | undefined => useTaskPart(id, pickPlaces);
