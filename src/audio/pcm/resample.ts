/**
 * Sample rate conversion by a polyphase windowed-sinc filter (J. O. Smith, "Digital Audio Resampling",
 * https://ccrma.stanford.edu/~jos/resample/), for whole sounds in memory.
 */

/** Zero crossings of the sinc on each side: 24 with the window below keep aliases under -80 dB. */
const ZERO_CROSSINGS = 24;
/** Kaiser window shape: 8 gives about 80 dB of stop-band attenuation. */
const KAISER_BETA = 8;
/** The pass band ends a little below the lower Nyquist frequency, so that the slope lies beneath it. */
const ROLL_OFF = 0.95;

/**
 * The same sound at another rate.
 * @param samples mono, 16-bit
 * @param fromHz whole number of samples per second, more than 0
 * @param toHz likewise
 * @returns round(samples.length * toHz / fromHz) samples, clipped at full scale
 */
export function resample(samples: Int16Array, fromHz: number, toHz: number): Int16Array {
  if (!Number.isInteger(fromHz) || !Number.isInteger(toHz) || fromHz <= 0 || toHz <= 0) {
    throw new RangeError(`sample rates are positive whole numbers, not ${fromHz} and ${toHz}`);
  }
  if (fromHz === toHz) return samples.slice();
  const divisor = gcd(fromHz, toHz);
  const up = toHz / divisor;
  const down = fromHz / divisor;
  const cutoff = cutoffOf(fromHz, toHz);
  const reach = reachOf(fromHz, toHz);
  const kernels = new Map<number, Float64Array>();
  const out = new Int16Array(Math.round((samples.length * toHz) / fromHz));
  for (let i = 0; i < out.length; i++) {
    const position = i * down;
    const phase = position % up;
    const centre = (position - phase) / up;
    let kernel = kernels.get(phase);
    if (kernel === undefined) {
      kernel = sincKernel(phase / up, cutoff, reach);
      kernels.set(phase, kernel);
    }
    let sum = 0;
    const first = Math.max(0, centre - reach + 1);
    const last = Math.min(samples.length - 1, centre + reach);
    for (let j = first; j <= last; j++) {
      sum += (samples[j] as number) * (kernel[j - centre + reach - 1] as number);
    }
    out[i] = Math.max(-32768, Math.min(32767, Math.round(sum)));
  }
  return out;
}

/** In units of the input's sampling interval; going down, the filter is stretched to the new Nyquist. */
function cutoffOf(fromHz: number, toHz: number): number {
  return ROLL_OFF * Math.min(1, toHz / fromHz);
}

/** On how many samples of the input, to either side of it, a sample of the output depends. */
export function reachOf(fromHz: number, toHz: number): number {
  return Math.ceil(ZERO_CROSSINGS / cutoffOf(fromHz, toHz));
}

/** Weights of the 2 * reach input samples around a point `fraction` after the centre sample. */
function sincKernel(fraction: number, cutoff: number, reach: number): Float64Array {
  const kernel = new Float64Array(2 * reach);
  let sum = 0;
  for (let k = 0; k < kernel.length; k++) {
    const distance = k - reach + 1 - fraction;
    const weight = sinc(distance * cutoff) * kaiser(distance / reach);
    kernel[k] = weight;
    sum += weight;
  }
  // Every phase passes a constant unchanged, so no ripple at the rate of the phases is heard.
  for (let k = 0; k < kernel.length; k++) kernel[k] = (kernel[k] as number) / sum;
  return kernel;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

const KAISER_PEAK = besselI0(KAISER_BETA);

function kaiser(x: number): number {
  return Math.abs(x) >= 1 ? 0 : besselI0(KAISER_BETA * Math.sqrt(1 - x * x)) / KAISER_PEAK;
}

/** Modified Bessel function of the first kind, order 0, by its power series. */
function besselI0(x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; term > sum * 1e-12; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

/** Greatest common divisor. */
export function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}
