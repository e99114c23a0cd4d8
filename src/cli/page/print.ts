import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { childEnvironment } from '../../base/child-environment.ts';
import { UsageError } from '../../base/errors.ts';
import { MissingDependency } from '../../phrasebook/libraries.ts';
import type { Outside } from '../outside.ts';
import type { Paper } from './page.ts';

export interface PrintOptions {
  /** Else the installed one, else the defaults. */
  readonly config?: string;
  /** A4 if not given. */
  readonly paper?: Paper;
  /** Whether it is a PDF; if not given, by the name of the file. */
  readonly pdf?: boolean;
  /** The file; else the standard output. */
  readonly out?: string;
}

const run = promisify(execFile);

/** The names under which systems have a browser that makes PDFs. */
const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome'];
/** A page takes a desktop a second or two; a Raspberry Pi 3 under load many times that. In milliseconds. */
const BROWSER_TIMEOUT_MS = 120_000;

/**
 * Writes an HTML document, or a PDF of it.
 * @param command of `dragoman`, which the document is of
 * @throws UsageError where it can't be written, MissingDependency where there is no browser for the PDF
 */
export async function printDocument(
  command: string,
  html: string,
  { out, pdf = out?.endsWith('.pdf') ?? false }: PrintOptions,
  { stdout }: Pick<Outside, 'stdout'>,
): Promise<void> {
  if (out === undefined && stdout.isTTY === true) {
    const file = `${command}.${pdf ? 'pdf' : 'html'}`;
    throw new UsageError(
      `this is a page for a printer: write it to a file, dragoman ${command} --out ${file}`,
    );
  }
  const document = pdf ? await pdfOf(html) : html;
  if (out === undefined) stdout.write(document);
  else await writeOutput(out, document);
}

/** @throws UsageError where it can't be written */
export async function writeOutput(file: string, content: string | Uint8Array): Promise<void> {
  await writeFile(file, content).catch((error: Error) => {
    throw new UsageError(`${file}: cannot be written: ${error.message}`);
  });
}

/** A PDF of an HTML document. @throws MissingDependency */
export async function pdfOf(html: string): Promise<Uint8Array> {
  const folder = await mkdtemp(path.join(tmpdir(), 'dragoman-page-'));
  try {
    const [page, pdf] = [path.join(folder, 'page.html'), path.join(folder, 'page.pdf')];
    await writeFile(page, html);
    await browse([
      '--headless',
      '--disable-gpu',
      '--no-pdf-header-footer',
      `--user-data-dir=${path.join(folder, 'profile')}`,
      // Chromium's sandbox refuses to work for root. The page is our own and loads nothing.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      `--print-to-pdf=${pdf}`,
      pathToFileURL(page).href,
    ]);
    return await readFile(pdf);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function browse(args: readonly string[]): Promise<void> {
  for (const browser of BROWSERS) {
    try {
      await run(browser, args, { env: childEnvironment(), timeout: BROWSER_TIMEOUT_MS });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') continue;
      throw new MissingDependency(`${browser} could not make the PDF: ${(error as Error).message}`);
    }
  }
  throw new MissingDependency(
    'chromium, which makes the PDF, is missing; run: apt-get install chromium; or print the HTML from any browser',
  );
}
