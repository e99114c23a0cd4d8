import { EXIT, Explained } from '../base/errors.ts';

/** The package can't be taken, and nothing was changed. The message says why and the way out. */
export class UpdateRefused extends Explained {
  override readonly exit = EXIT.wrongUse;
}

/** What is asked for runs already. */
export class NothingToDo extends Error {
  override readonly name = 'NothingToDo';
}
