/** How strongly words around a value say what it is: what ought to be, what was seen, or seen and in order. */
export interface Leaning {
  expected: number;
  actual: number;
  /** Seen, and nobody minds. */
  fine: number;
  /** Of a case that is only near the one complained about. */
  aside: number;
}

/** What words say that say nothing. */
export const neutral: Leaning = { expected: 0, actual: 0, fine: 0, aside: 0 };

type Cue = [words: RegExp, leaning: Partial<Leaning>];

const days = '(?:mon|tues|wednes|thurs|fri|satur|sun)day';

const seeing =
  /\bgot\b|\bgets?\b|\bgetting\b|\bgives?\b|\bgave\b|\breturn(?:s|ed|ing)?\b|\bprint(?:s|ed)\b|\bcomes? (?:back|out)\b|\bcame (?:back|out)\b|\bsee(?:ing|s)?\b|\bends? up\b|\bturns? (?:in)?to\b|\bshow(?:s|ed)?\b|\bbecomes?\b|\bbecame\b/i;

/** Modal words deny: what must not be is what was seen. They come first and take the sentence's other cues with them. */
const denials: Cue[] = [
  [/\b(?:must|should|may|shall)(?: not\b|n't\b| never\b)/i, { actual: 5 }],
  // "a value that could not be read" says which value, not what must not be.
  [/(?<!\b(?:that|which|who) )\b(?:can|could)(?: not\b|n't\b| never\b)/i, { actual: 5 }],
  [/\b(?:ought|supposed|allowed|expected|meant) (?:not|never) to\b/i, { actual: 5 }],
  [/\bnot (?:supposed|allowed|expected|meant) to\b|\bnever (?:be|become|give|return|yield|end up)\b/i, { actual: 5 }],
  [/\b(?:wrong|incorrect|bogus|nonsense|garbage|gibberish|rubbish|broken|bad)\b/i, { actual: 3 }],
  [/\b(?:do|did|is|was)(?: not|n't) (?:want|expect(?:ed)?|correct|right)\b/i, { actual: 4 }],
];

const cues: Cue[] = [
  [/\bexpect(?:ed|s|ing|ation)?\b|\bcorrect(?:ly)?\b|\bdesired\b|\bintended\b|\bwanted\b/i, { expected: 6 }],
  [/\bshould(?: have)?\b|\bmust\b|\bought to\b|\bsupposed to\b|\bmeant to\b|\bshall\b/i, { expected: 6 }],
  [
    /\b(?:has|have|needs?|had|got) to (?:be|come|give|return|print|say|stay|yield|have|contain|read|look|refuse|reject|throw|fail|answer|end)\b/i,
    { expected: 6 },
  ],
  [
    // "we need to roll back", "I would like to know": a wish for a deed, not for an outcome.
    /\b(?:i|we|they|it) (?:'d |would )?(?:want|need|like|relies|rely|depends?)\b(?! to (?!be |get |see |have |keep |read |receive ))|\bwants? (?:it|this|that|to (?:be|get|see|have|keep|read|receive))\b/i,
    { expected: 5 },
  ],
  [
    /\bright (?:answer|value|result|one|output|number|thing)\b|\b(?:docs?|documentation|spec|readme|contract|rfc|manual|guide)\b.{0,30}\b(?:says?|promises?|states?|guarantees?)\b/i,
    { expected: 5 },
  ],
  [
    /\bno longer\b|\bnot? .{0,30}\bany ?more\b|\bnow (?:it|that|this|we)? ?(?:does|is|do)(?:n't| not)\b|\bstopped (?:giving|returning|being)\b/i,
    { expected: 4 },
  ],
  [
    /\bused to\b|\bpreviously\b|\bformerly\b|\boriginally\b|\bearlier\b|\balways (?:been|gave|was|did|had|came|returned|thrown|threw)\b|\b(?:has|have|had|was|were|is|are) always\b|\balways \w+ed\b|\bas (?:ever|always|before|usual)\b/i,
    { expected: 4 },
  ],
  [/\b(?:until|till|before|prior to)\b(?! that\b)/i, { expected: 4 }],
  [
    /\bstill (?:gives?|answers?|returns?|prints?|has|says|shows|produces|yields|throws?|does|worked)\b/i,
    { expected: 4 },
  ],
  [
    /\b(?:old|older|previous|prior|earlier|last (?:good|green|working|known)) (?:release|version|bundle|package|build|host|node|deploy|deployment|image|server|code|behaviou?r|output|result|log|tag|copy|one)\b/i,
    { expected: 4 },
  ],
  [
    new RegExp(
      `\\blast (?:week|month|year|release|version|sprint|quarter|${days})\\b|\\byesterday\\b|\\b${days}'s\\b|\\bof (?:last )?${days}\\b|\\b(?:on|from) ${days}\\b|\\b(?:a|one|two|three|few|\\d+) (?:day|week|month|year|release|version)s? ago\\b`,
      'i',
    ),
    { expected: 4 },
  ],
  [
    /\bfor (?:a|one|two|three|many|\d+) (?:years?|months?|weeks?)\b|\bfor ages\b|\bsince (?:forever|day one|ever)\b/i,
    { expected: 4 },
  ],
  [
    /\b(?:in|on|with|at|under) (?:version |release )?v?\d+\.\d+(?:\.\d+)?(?: it| this|,|:|$)/i,
    { expected: 1, actual: 1 },
  ],
  [
    /\bwas ¤ (?:in|on|with|under|at|up to)\b|\b(?:in|on|with|at) (?:version |release )?v?(?:¤|\d+\.[\d.]+) (?:it |this |that |we |i )?(?:was|gave|got|returned|printed)\b/i,
    { expected: 4 },
  ],
  [
    /\bgood (?:outcome|result|one|case|behaviou?r)\b|(?:\bneeds?|\bwants?|(?:\bwould|'d) like) (?:(?!to\b)\S+ ){1,4}back\b/i,
    { expected: 4 },
  ],
  [/\bstart(?:ed|s|ing)?\b|\bbegan\b|\bbegins?\b|\bever since\b/i, { actual: 5 }],
  [seeing, { actual: 2 }],
  [
    /\bnow\b|\btoday\b|\bcurrently\b|\bthis morning\b|\bsuddenly\b|\bsince\b|\bafter (?:the|this|that|our|upgrading|updating|yesterday)\b|\binstead\b|\bthese days\b/i,
    { actual: 3 },
  ],
  [
    /\bactual(?:ly)?\b|\breceived\b|\bnew (?:release|version|bundle|package|build|host|node|deploy|deployment|image|server)\b|\bhead\b|\bmain is\b/i,
    { actual: 4 },
  ],
  [
    /\b(?:it|that|this|they|all|which)?(?:'s|’s| is| are| was| looks| look)? ?(?:fine|ok|okay|good|unaffected|as it should)\b|\bworks?\b|\bpass(?:es|ed)?\b|\bno (?:crash|problem|error|issue)\b/i,
    { fine: 3 },
  ],
  [
    /\bplain\b|\bwithout\b|\bif i (?:leave|drop|remove|omit|take|use|pass|set|change|add|skip)\b|\bleav(?:e|ing) out\b|\b(?<!\bin )other \w+s\b|\bothers\b|\bstill (?:works?|pass(?:es)?|succeeds?|(?:is|are|looks?) (?:fine|ok|okay|good|right|correct))\b|\bwhereas\b|\bfor comparison\b/i,
    { aside: 3 },
  ],
];

/** What the words of one clause say about the value in it. */
export function leaning(clause: string): Leaning {
  const denied = denials.filter(([words]) => words.test(clause));
  if (denied.length > 0) return denied.reduce((sum, [, by]) => add(sum, by), neutral);
  const rest = clause.replace(/\b(?:until|till|up to|before) (?:now|today|then|this \w+)\b/gi, 'until');
  const all = cues.reduce((sum, [words, by]) => (words.test(rest) ? add(sum, by) : sum), neutral);
  // "should come out", "must give": the verb only says of what the wish is.
  return all.expected >= 3 && seeing.test(rest) ? add(all, { actual: -2 }) : all;
}

/** Both leanings together. */
export function add(a: Leaning, b: Partial<Leaning>): Leaning {
  return {
    expected: a.expected + (b.expected ?? 0),
    actual: a.actual + (b.actual ?? 0),
    fine: a.fine + (b.fine ?? 0),
    aside: a.aside + (b.aside ?? 0),
  };
}

/** Whether a leaning says anything at all. */
export function says({ expected, actual, fine }: Leaning): boolean {
  return expected + actual + fine > 0;
}
