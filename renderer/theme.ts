import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

/** The one accent. The colours of phases and severities are in theme.css; they are never used for actions. */
const iris: MantineColorsTuple = [
  '#f1f1fe',
  '#e0e1fb',
  '#c3c5f6',
  '#a3a6ee',
  '#868ae6',
  '#6e73de',
  '#5a5fd0',
  '#4b50be',
  '#3f44a8',
  '#34388c',
];

const SANS =
  'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif';
const MONO =
  'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", "DejaVu Sans Mono", monospace';

const rem = (px: number): string => `${px / 16}rem`;

export const theme = createTheme({
  primaryColor: 'iris',
  primaryShade: 6,
  autoContrast: false,
  colors: { iris },
  fontFamily: SANS,
  fontFamilyMonospace: MONO,
  fontSizes: { xs: rem(12), sm: rem(13), md: rem(14), lg: rem(16), xl: rem(19) },
  lineHeights: { xs: '1.35', sm: '1.4', md: '1.45', lg: '1.45', xl: '1.4' },
  spacing: { xs: rem(6), sm: rem(10), md: rem(14), lg: rem(20), xl: rem(28) },
  defaultRadius: 'sm',
  radius: { xs: rem(3), sm: rem(5), md: rem(7), lg: rem(10), xl: rem(14) },
  headings: {
    fontFamily: SANS,
    fontWeight: '600',
    sizes: {
      h1: { fontSize: rem(19), lineHeight: '1.3' },
      h2: { fontSize: rem(15), lineHeight: '1.35' },
      h3: { fontSize: rem(14), lineHeight: '1.4' },
      h4: { fontSize: rem(13), lineHeight: '1.4' },
    },
  },
  respectReducedMotion: true,
  cursorType: 'pointer',
  components: {
    Button: { defaultProps: { size: 'xs', variant: 'default' } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray' } },
    TextInput: { defaultProps: { size: 'sm' } },
    Switch: { defaultProps: { withThumbIndicator: false } },
    Tooltip: { defaultProps: { openDelay: 300, withArrow: true, fz: 'xs', multiline: true, maw: 360 } },
    ModalRoot: { defaultProps: { transitionProps: { duration: 120 } } },
    Menu: { defaultProps: { shadow: 'md', transitionProps: { duration: 80 } } },
    Anchor: { defaultProps: { underline: 'hover' } },
  },
});

/** Mantine's own greys and reds are too light for small text; these keep 4.5:1 on every surface of ours. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#ffffff',
    '--mantine-color-text': '#1c1e21',
    '--mantine-color-dimmed': '#565c65',
    '--mantine-color-placeholder': '#6a7079',
    '--mantine-color-error': '#b42318',
    '--mantine-color-anchor': '#4b50be',
    '--mantine-color-default-border': '#d5d8dd',
  },
  dark: {
    '--mantine-color-body': '#1a1c20',
    '--mantine-color-text': '#dcdfe4',
    '--mantine-color-dimmed': '#a0a6b0',
    '--mantine-color-placeholder': '#8f959f',
    '--mantine-color-error': '#ff8a80',
    '--mantine-color-anchor': '#a3a6ee',
    '--mantine-color-default': '#24272c',
    '--mantine-color-default-hover': '#2b2f35',
    '--mantine-color-default-color': '#dcdfe4',
    '--mantine-color-default-border': '#3a3f47',
  },
});
