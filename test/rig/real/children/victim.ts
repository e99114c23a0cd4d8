import { startDesk } from '../desk.ts';

/** A test that is killed while its desk is busy: starts one, prints its folder, and waits for the end. */
const desk = await startDesk({ noiseDbfs: -60 });
const sleeper = desk.spawn('sh', ['-c', 'echo ready; exec sleep 1000', desk.folder]);
await sleeper.nextLine('ready');
process.stdout.write(`${desk.folder}\n`);
setInterval(() => {}, 1000);
