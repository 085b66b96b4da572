const { apply, defineProperty } = Reflect;
const { exec } = RegExp.prototype;
const spelled = Function.prototype.toString;
/** An arrow function of one expression, as it is made to be seen running. */
const seen =
  /^([^{]*=>\s*)\{\s*const __run\s*=\s*__rehearse\([^;]*\);\s*try\s*\{\s*return __run\.[ra]\(([\s\S]*)\);?\s*\}\s*catch\s*\(__thrown\)\s*\{\s*__run\.t\(__thrown\);\s*throw __thrown;?\s*\}\s*finally\s*\{\s*__run\.f\(\);?\s*\}\s*\}$/;

/** Lets code that reads the text of `(user) => user.name`, as mappers do, find what was written there. */
export function spellAsWritten(): void {
  const spell = {
    toString(this: unknown): string {
      const text = apply(spelled, this === spell ? spelled : this, []) as string;
      const found = apply(exec, seen, [text]) as [string, string, string] | null;
      return found ? found[1] + found[2] : text;
    },
  }.toString;
  defineProperty(Function.prototype, 'toString', { value: spell, writable: true, configurable: true });
}
