// What the page sends to its components, and what the components ask of the page and of Plotly.

/** A drawing operation: pages/ui/streaming/operations.py makes them. Steps only grow. */
export type Op =
  | ExtendOp
  | ReplaceOp
  | { op: "column"; figure: string; trace: string; x: number; z: number[] }
  | MarkOp
  | ItemsOp
  | { op: "readout"; figure: string; name: string; value: number | string | null }
  | LowestOp
  | ProgressOp
  | StatusOp
  | RewindOp;

/** A value that the readouts `name` and `at` show if it is the lowest so far. */
export interface LowestOp {
  op: "lowest";
  figure: string;
  name: string;
  at: string;
  step: number;
  value: number;
  partial: boolean;
}

export interface ExtendOp {
  op: "extend";
  figure: string;
  trace: string;
  x: number[];
  y: (number | null)[];
  customdata?: unknown[];
}

export interface ReplaceOp {
  op: "replace";
  figure: string;
  trace: string;
  step: number;
  set: Record<string, unknown>;
}

export interface MarkOp {
  op: "mark";
  figure: string;
  x: number;
  setting: string;
  old: number;
  new: number;
}

export interface ItemsOp {
  op: "items";
  figure: string;
  step: number;
  note: number;
  best?: number; // written by the best state on held-out text, which had this step
  copied?: number; // characters of the longest piece of that which is copied, where known
  lines: { parts: string[]; verdict: boolean | null }[]; // every other part is marked
}

export interface ProgressOp {
  op: "progress";
  figure?: undefined;
  done: number;
  epoch: number;
  rate: number;
}

export interface StatusOp {
  op: "status";
  figure?: undefined;
  status: string;
  standing?: string;
  reason: string | null;
  error?: { code: string } | null;
  place?: number;
}

export interface RewindOp {
  op: "rewind";
  figure?: undefined;
  step: number;
}

/** A point of a series: x, and whatever else its trace draws there. */
export interface Point {
  x: number;
  [attribute: string]: unknown;
}

/** A value for each theme. */
export type Themed<Value> = { light: Value; dark: Value };
export type Theme = keyof Themed<unknown>;

export interface Readout {
  name: string;
  label: string;
  format: NumberStyle | null;
  colour: Themed<string> | null;
  late: boolean;
}

/** A way to show a panel's data; the first one is the panel's own plot and caption. */
export interface View {
  name: string;
  label: string;
  caption: string;
  plot: Themed<PlotlyFigure> | null;
}

/** Words that take the place of a panel's own once its readout `of` has a value. */
export interface Instead {
  of: string;
  says: string;
  labels: Record<string, string>; // of readouts, by name
}

/** One panel: pages/ui/widgets/panels.py makes them. */
export interface PanelSpec {
  id: string;
  title: string;
  caption: string;
  says: string; // the plot in words, with gaps for values
  plot: Themed<PlotlyFigure> | null;
  readouts: Readout[];
  chips: { text: string; twin: string | null; title: string | null }[];
  walk: WalkSpec | null;
  scale: Themed<[string, string, string]> | null;
  scaleLabel: string | null;
  formula: string | null; // in MathML
  sentence: string | null; // below the plot, with gaps for values
  actions: { name: string; label: string; help: string }[];
  instead?: Instead;
  list: boolean;
  judged: boolean;
  views: View[];
  switches: { name: string; label: string; on: boolean }[];
}

/** A property of states: for each state the place of its value. */
export interface Colouring {
  name: string;
  told: boolean; // whether its values are few enough to be told beside the plot
  values: { label: string; colour: Themed<string>; symbol: string }[];
  cloud: number[];
  sentence: number[];
  twin: number[];
}

/** A sentence and its states: pages/ui/live/walk.py makes it. Words are as Plotly shows them. */
export interface WalkSpec {
  colourings: Colouring[];
  words: string[]; // after which the states of the cloud stand
  stretch: number; // of them that follow one another
  joint: string; // between words
  sentence: string[];
  plain: string[]; // the same as plain text
  twin: string[];
  parting: number; // the first word in which the twin differs
  meeting: number; // the word after which they have nothing to part them any more
  loss: number; // the state that the loss reads which depends on the sentence's beginning
}

/** A word of the sentence that is pointed at. */
export interface Word {
  index: number;
  text: string;
  plain: string;
  loss: string; // the word whose loss distances count from
  distance: number | null;
  words: boolean; // whether tokens are words, which stand in other texts too
}

export type NumberStyle = "integer" | "short" | "percent" | "share" | "compact" | "three";

/** The words that a component needs. Those of a sentence stand in it as {name}. */
export interface Texts {
  settings: Record<string, string>;
  zeros: Record<string, string>;
  statuses: Record<string, string>;
  verdicts: Record<"unknown" | "right" | "wrong", string>;
  sentences: Record<string, string>;
}

export type Phase = "none" | "ready" | "waiting" | "active" | "paused" | "final";

/** How a run stands when the page is drawn; `unit` is the number of tokens of one update. */
export interface Progress {
  status: string;
  done: number;
  total: number;
  epoch: number;
  epochs: number;
  unit: number;
  standing?: string; // how it ended, where the status does not say that
}

export interface PanelsData {
  panels: PanelSpec[];
  labels: Texts;
  locale: string;
  wording: string;
  revision: string;
  stream: string | null;
  ops: Op[];
  seq: number;
  batch: number;
  phases: Record<string, Phase>;
  plotly: string;
  settings: Record<string, number> | null;
  link?: { group: string; at: number | null } | null; // runs side by side
  strip: Progress;
}

export interface LinkData {
  address: string;
  label: string;
  copy: string;
  copied: string;
}

/** What a number box holds: pages/ui/number_box.py makes it. */
export interface NumberBox {
  text: string;
  value: number;
  refused: boolean;
  usual: [number, string][];
  whole: boolean;
}

export interface NumberKeysData {
  boxes: Record<string, NumberBox>;
  helps: Record<string, string>;
  presenting: boolean;
  start: string;
}

/** What surrounds a page: pages/ui/widgets/frame.py makes it. */
export interface FrameData {
  language: string;
  presenting: boolean;
  title: string;
}

export interface ChartData {
  figure: string;
  version: string;
  name: string;
  plotly: string;
  /** Whether it is drawn in three dimensions, by WebGL. */
  solid: boolean;
  at: number | null;
  needs: number | null;
  brushes?: boolean; // whether boxes may be drawn over it, which are its shapes
}

/** A box over a chart: its number among those that were there, or null for a new one; its ends by
    axis, or null where all are to go. */
export interface BrushTold {
  at: number | null;
  range: Record<string, number[]> | null;
}

/** Tokens as chips: what is shown, the id, and whether it stands for what is not known. */
export interface ChipsData {
  name: string;
  table: boolean;
  rows: { name: string; chips: [string, number, boolean][] }[];
}

/** A text whose tokens are coloured, from `first` to `last` where several are one character; `ends`
    says that a line ends after it. */
export interface ColouredData {
  name: string;
  spaced: boolean;
  chosen: number | null;
  tokens: {
    text: string;
    ground: string;
    ink: string;
    title: string;
    kind: "plain" | "prompt" | "given";
    first: number;
    last: number;
    ends: boolean;
  }[];
}

/** How a component answers the page. */
export interface Send {
  state(name: string, value: unknown): void;
  trigger(name: string, value: unknown): void;
}

export interface ComponentArguments<Data> {
  data: Data;
  parentElement: HTMLElement;
  setStateValue: Send["state"];
  setTriggerValue: Send["trigger"];
}

// biome-ignore-start lint/suspicious/noExplicitAny: Plotly's figures are open dictionaries
export interface PlotlyFigure {
  data: any[];
  layout: any;
}

/** The part of plotly.js in use. */
export interface Plotly {
  react(box: HTMLElement, data: any[], layout: any, config: any): Promise<unknown>;
  purge(box: HTMLElement): void;
}

/** The element that Plotly has drawn in, with the private fields that sketch.js reads. */
export interface PlotlyBox extends HTMLElement {
  on(event: string, act: (event: any) => void): void;
  layout?: any;
  _fullData?: any[];
  _fullLayout?: any;
}
// biome-ignore-end lint/suspicious/noExplicitAny: Plotly's figures are open dictionaries

declare global {
  interface Window {
    Plotly?: Plotly;
  }
}
