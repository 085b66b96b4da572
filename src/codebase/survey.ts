/** A function that a tree exports, as a reader of a thread may call it. */
export interface ExportedFunction {
  /** Path of the module relative to the tree. */
  module: string;
  /** Export name; null when the module itself is the function or class. */
  export: string | null;
  kind: 'function' | 'class' | 'value';
  line: number;
  parameters: string[];
  /** Where it is written, when the module only hands it on: the module and the name it is exported under there. */
  defined?: { module: string; export: string | null };
  /** Methods of a class. */
  methods?: string[];
}

/** A package of the tree: its name and the modules its specifiers resolve to. */
export interface SurveyedPackage {
  name: string;
  folder: string;
  /** The module of `require('<name>')`, relative to the tree. */
  main?: string;
  /** Modules of the specifiers below its name, as its `exports` list them: `./utils` to `src/utils.ts`. */
  subpaths?: Record<string, string>;
}

/** An HTTP route found in the code. */
export interface Route {
  service: string;
  method: string;
  /** As written, with parameters such as `:id`. */
  path: string;
  file: string;
  line: number;
}

/** What a tree has that a thread may speak of; found by reading, never by running. */
export interface Survey {
  packages: SurveyedPackage[];
  exports: ExportedFunction[];
  routes: Route[];
  services: { name: string; folder: string; hosts: string[]; ports: number[] }[];
  tables: { name: string; columns: string[]; file: string; line: number }[];
  environment: { name: string; file: string; line: number }[];
  flags: { name: string; file: string; line: number }[];
}
