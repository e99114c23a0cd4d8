/** QEMU, and what differs between the machines that it emulates. */
export interface Emulator {
  readonly program: string;
  readonly args: readonly string[];
  /** The serial console's device in the guest. */
  readonly console: string;
}

export type Accelerator = 'tcg' | 'kvm';

export function emulator(arch: 'amd64' | 'arm64', accelerator: Accelerator): Emulator {
  const accel = ['-accel', accelerator === 'kvm' ? 'kvm' : 'tcg,thread=multi'];
  if (arch === 'arm64') {
    // A Raspberry Pi 4's cores.
    const args = ['-M', 'virt', '-cpu', accelerator === 'kvm' ? 'host' : 'cortex-a72', ...accel];
    return { program: 'qemu-system-aarch64', args, console: 'ttyAMA0' };
  }
  const args = ['-M', 'q35', '-cpu', accelerator === 'kvm' ? 'host' : 'max', ...accel];
  return { program: 'qemu-system-x86_64', args, console: 'ttyS0' };
}
