// The design's arrows, as a rule: main, cli -> daemon -> line -> the parts -> turn, kiosk, audio/pcm.
// A part is a folder of the house that talks to the world; parts do not know each other.
const parts = ['audio', 'interpreters', 'phrasebook', 'spending', 'panel', 'control', 'system'];

/** What lies at the bottom and may be used by every part. */
const ground = ['^src/base/', '^src/turn/', '^src/kiosk/', '^src/words/', '^src/audio/pcm/'];

const notInTests = { pathNot: '[.]test[.]ts$' };

/** A part may import itself and the ground, besides what is listed in `also`. */
const partRule = (part, also = []) => ({
  name: `part-${part}`,
  comment: `${part}/ may import itself, base/, turn/, kiosk/ and audio/pcm/ only.`,
  severity: 'error',
  from: { path: `^src/${part}/`, ...notInTests },
  to: { path: '^src/', pathNot: [`^src/${part}/`, ...ground, ...also] },
});

export default {
  forbidden: [
    {
      name: 'kiosk-is-pure',
      comment: 'kiosk/ decides and imports nothing but itself and the words: no I/O, no clock, no library.',
      severity: 'error',
      from: { path: '^src/kiosk/', ...notInTests },
      to: { pathNot: '^src/(kiosk|words)/' },
    },
    {
      name: 'words-are-data',
      comment: 'words/ is what the device says and prints, and imports nothing but itself.',
      severity: 'error',
      from: { path: '^src/words/', ...notInTests },
      to: { pathNot: '^src/words/' },
    },
    {
      name: 'turn-is-a-leaf',
      comment: 'turn/ imports itself and plain PCM; and the names of the engines, since each use has one.',
      severity: 'error',
      from: { path: '^src/turn/', ...notInTests },
      to: { pathNot: ['^src/turn/', '^src/base/', '^src/audio/pcm/', '^src/kiosk/engines[.]ts$'] },
    },
    {
      name: 'base-is-a-leaf',
      comment: 'base/ imports nothing but itself, Node.js and libraries.',
      severity: 'error',
      from: { path: '^src/base/', ...notInTests },
      to: { path: '^src/', pathNot: '^src/base/' },
    },
    {
      name: 'pcm-is-a-leaf',
      severity: 'error',
      from: { path: '^src/audio/pcm/', ...notInTests },
      to: { path: '^src/', pathNot: '^src/audio/pcm/' },
    },
    ...parts.filter((part) => part !== 'interpreters').map((part) => partRule(part)),
    // The phrasebook engine is a thin port over phrasebook/, which the stand-in uses as well.
    partRule('interpreters', ['^src/phrasebook/']),
    {
      name: 'engines-are-apart',
      comment:
        'cascade/, live/ and phrasebook/ do not know each other: what they share is in gemini/ and language/.',
      severity: 'error',
      from: { path: '^src/interpreters/(cascade|live|phrasebook)/', ...notInTests },
      to: { path: '^src/interpreters/(cascade|live|phrasebook)/', pathNot: '^src/interpreters/$1/' },
    },
    {
      name: 'engines-stand-on-what-they-share',
      severity: 'error',
      from: { path: '^src/interpreters/(gemini|language|network)/', ...notInTests },
      to: { path: '^src/interpreters/(cascade|live|phrasebook)/' },
    },
    {
      name: 'network-and-language-know-no-service',
      severity: 'error',
      from: { path: '^src/interpreters/(network|language)/', ...notInTests },
      to: { path: '^src/interpreters/gemini/' },
    },
    {
      name: 'part-update',
      comment:
        'update/ stands beside the daemon: it asks it over its socket, and knows nothing of the kiosk.',
      severity: 'error',
      from: { path: '^src/update/', ...notInTests },
      to: { path: '^src/', pathNot: ['^src/update/', '^src/base/', '^src/control/client[.]ts$'] },
    },
    {
      name: 'only-cli-updates',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/(update|cli)/', '[.]test[.]ts$'] },
      to: { path: '^src/update/' },
    },
    {
      name: 'line',
      comment: 'line/ carries sound between audio/ and the engines behind interpreter.ts.',
      severity: 'error',
      from: { path: '^src/line/', ...notInTests },
      to: {
        path: '^src/',
        pathNot: ['^src/(line|audio)/', '^src/interpreters/interpreter[.]ts$', ...ground],
      },
    },
    {
      name: 'daemon-is-below-main-and-cli',
      severity: 'error',
      from: { path: '^src/daemon/', ...notInTests },
      to: { path: ['^src/cli/', '^src/main[.]ts$', '^src/standin/'] },
    },
    {
      name: 'standin-is-a-program-of-its-own',
      comment: 'The stand-in shares base/, the phrasebook and plain PCM with the kiosk, nothing else.',
      severity: 'error',
      from: { path: '^src/standin/', ...notInTests },
      to: {
        path: '^src/',
        pathNot: ['^src/standin/', '^src/base/', '^src/phrasebook/', '^src/audio/pcm/'],
      },
    },
    {
      name: 'only-cli-starts-the-standin',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/(standin|cli)/', '[.]test[.]ts$'] },
      to: { path: '^src/standin/' },
    },
    {
      name: 'nothing-ships-tests',
      severity: 'error',
      from: { path: '^src/', ...notInTests },
      to: { path: ['^test/', '[.]test[.]ts$'] },
    },
    {
      name: 'no-undeclared-package',
      comment: 'What runs on the counter is in dependencies; only the stand-in may use devDependencies.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['[.]test[.]ts$', '^src/standin/'] },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
    { name: 'no-circle', severity: 'error', from: {}, to: { circular: true } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
