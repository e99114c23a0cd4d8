/** What else is found in files that are called ".wav". */

/** Kinds of files, by their first bytes; a character stands for each byte. */
const KINDS: readonly (readonly [string, RegExp])[] = [
  // A tag, or the first two bytes of a frame of layer III with or without a checksum (ISO 11172-3, 2.4.2.3).
  ['an MP3 file', /^(ID3|\xff[\xfb\xfa\xf3\xf2\xe3\xe2])/],
  ['an AAC file', /^(ADIF|\xff[\xf1\xf0\xf9\xf8])/],
  ['an Ogg file', /^OggS/],
  ['a FLAC file', /^fLaC/],
  ['an AIFF file', /^FORM/],
  ['an MPEG-4 file', /^.{4}ftyp/s],
  ['a Matroska or WebM file', /^\cZE\xdf\xa3/], // \cZ is 0x1a
  ['an AMR file', /^#!AMR/],
  ['a CAF file', /^caff/],
  ['an AU file', /^\.snd/],
  ['a Wave64 file', /^riff/],
  ['a big-endian WAV file', /^RIFX/],
];

/** What a file is by its first bytes, "an MP3 file"; undefined when it is nothing that is known here. */
export function fileKind(file: Uint8Array): string | undefined {
  const beginning = String.fromCharCode(...file.subarray(0, 16));
  return KINDS.find(([, mark]) => mark.test(beginning))?.[0];
}
