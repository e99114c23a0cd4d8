import { readFile } from 'node:fs/promises';
import path from 'node:path';

const MODULES = '/sys/module';
/** The drivers of the header: up to the Pi 4, and from the Pi 5 on. */
const DRIVERS = ['pinctrl_bcm2835', 'pinctrl_rp1'];

/**
 * Whether outputs of the character device stay as they are when nobody holds them any more, as when a daemon has died.
 * They do on the kernels of Raspberry Pi OS (raspberrypi/linux#6117, #6150), unless `dtparam=strict_gpiod` is in
 * config.txt; on others they become inputs again, and LEDs go out. Through sysfs they always stay.
 */
export async function outputsPersist(modules: string = MODULES): Promise<boolean> {
  for (const driver of DRIVERS) {
    const parameter = path.join(modules, driver, 'parameters', 'persist_gpio_outputs');
    const value = await readFile(parameter, 'utf8').catch(() => '');
    if (value.trim() === 'Y') return true;
  }
  return false;
}
