/** The words of a command line, quotes undone; of several commands in a row, the last one, which stays. */
export function words(command: string): string[] {
  const found: string[] = [];
  let word: string | undefined;
  let quote = '';
  const end = () => {
    if (word !== undefined) found.push(word);
    word = undefined;
  };
  for (const character of command) {
    if (quote) {
      if (character === quote) quote = '';
      else word = (word ?? '') + character;
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= '';
    } else if (/\s/.test(character)) {
      end();
    } else {
      word = (word ?? '') + character;
    }
  }
  end();
  return lastCommand(found);
}

function lastCommand(found: string[]): string[] {
  const joint = found.findLastIndex((word) => word === '&&' || word.endsWith(';'));
  const last = found.slice(joint + 1);
  const cut = last.findIndex((word) => word === '|' || word === '||');
  return cut < 0 ? last : last.slice(0, cut);
}
