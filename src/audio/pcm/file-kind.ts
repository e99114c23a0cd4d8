/** What else is found in files that are called ".wav". */

interface Kind {
  readonly name: string;
  /** Where in the file its mark is, in bytes. */
  readonly at: number;
  /** What stands there, a character for each byte. */
  readonly marks: readonly string[];
}

const KINDS: readonly Kind[] = [
  {
    name: 'an MP3 file',
    at: 0,
    // A tag, or the first two bytes of a frame of layer III with or without a checksum (ISO 11172-3, 2.4.2.3).
    marks: ['ID3', '\xff\xfb', '\xff\xfa', '\xff\xf3', '\xff\xf2', '\xff\xe3', '\xff\xe2'],
  },
  { name: 'an AAC file', at: 0, marks: ['\xff\xf1', '\xff\xf0', '\xff\xf9', '\xff\xf8', 'ADIF'] },
  { name: 'an Ogg file', at: 0, marks: ['OggS'] },
  { name: 'a FLAC file', at: 0, marks: ['fLaC'] },
  { name: 'an AIFF file', at: 0, marks: ['FORM'] },
  { name: 'an MPEG-4 file', at: 4, marks: ['ftyp'] },
  { name: 'a Matroska or WebM file', at: 0, marks: ['\x1aE\xdf\xa3'] },
  { name: 'an AMR file', at: 0, marks: ['#!AMR'] },
  { name: 'a CAF file', at: 0, marks: ['caff'] },
  { name: 'an AU file', at: 0, marks: ['.snd'] },
  { name: 'a Wave64 file', at: 0, marks: ['riff'] },
  { name: 'a big-endian WAV file', at: 0, marks: ['RIFX'] },
];

/** What a file is by its first bytes, "an MP3 file"; undefined when it is nothing that is known here. */
export function fileKind(file: Uint8Array): string | undefined {
  const beginning = String.fromCharCode(...file.subarray(0, 16));
  return KINDS.find(({ at, marks }) => marks.some((mark) => beginning.startsWith(mark, at)))?.name;
}
