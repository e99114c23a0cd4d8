import { globSync, readFileSync, readlinkSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { Ran } from '../rig/command.ts';
import { KEY } from '../rig/live.ts';
import type { Appliance } from './appliance.ts';
import { describeAppliance } from './with-appliance.ts';

/** Another user of the same machine: uid and gid nobody, in no other group. */
const NOBODY = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--'];

/** What was said, and what was answered: see `Appliance.turn`. */
const SAID = /penicilina|penicillin/i;

const asNobody = (appliance: Appliance, ...command: readonly string[]): Promise<Ran> =>
  appliance.machine.try(...NOBODY, ...command);
const script = (appliance: Appliance, text: string) => asNobody(appliance, 'sh', '-c', text);

/** The processes of the daemon, by their ids on the machine. */
async function ids({ machine }: Appliance): Promise<string[]> {
  const list =
    'cd /proc && for id in [0-9]*; do [ "$(stat -c %U $id 2>/dev/null)" != dragoman ] || echo $id; done';
  return (await machine.run('sh', '-c', list)).split('\n').filter(Boolean);
}

/** The sockets of a process that listen on the network, by its id out here: as the kernel lists them. */
function listening(pid: number): string[] {
  const own = new Set(
    globSync(`/proc/${pid}/fd/*`).flatMap((link) => {
      try {
        return /socket:\[(\d+)\]/.exec(readlinkSync(link))?.[1] ?? [];
      } catch {
        return []; // closed in the meantime
      }
    }),
  );
  return ['tcp', 'tcp6', 'udp', 'udp6'].flatMap((table) =>
    readFileSync(`/proc/${pid}/net/${table}`, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => own.has(fields[9] ?? '') && fields[3] === '0A')
      .map((fields) => `${table} ${fields[1]}`),
  );
}

describeAppliance('another user of the device gains nothing', ({ open, hears }) => {
  it('by signals, nor by what the kernel shows of the processes', async () => {
    const appliance = await open();
    await hears(appliance);
    for (const id of await ids(appliance)) {
      for (const signal of ['USR1', 'STOP', 'KILL', 'TERM']) {
        const refused = await script(appliance, `kill -${signal} ${id}`);
        expect(refused, `${signal} to ${id}`).toMatchObject({ code: 1 });
        expect(refused.stderr).toMatch(/not permitted/i);
      }
      for (const file of ['environ', 'mem', 'maps', 'auxv', 'syscall', 'fd/0', 'cwd/.', 'root/etc/hostname'])
        expect((await script(appliance, `head -c 1 /proc/${id}/${file}`)).code, `${file} of ${id}`).not.toBe(
          0,
        );
      const shown = await script(appliance, `cat /proc/${id}/cmdline /proc/${id}/status /proc/${id}/comm`);
      expect(shown.stdout).not.toContain(KEY);
      expect(shown.stdout).not.toMatch(SAID);
      // Nor does the daemon's own user open a debugger: a habit, or a child that was taken over.
      await appliance.kill('SIGUSR1', Number(id));
    }
    await hears(appliance);
    for (const { pid, commandLine } of appliance.processes()) expect(listening(pid), commandLine).toEqual([]);
  });

  it('by shared memory, semaphores and sockets', async () => {
    const appliance = await open();
    await hears(appliance);
    const daemon = appliance.processes();
    expect(daemon.length).toBeGreaterThan(1);
    const machines = readlinkSync(`/proc/${appliance.machine.leader}/ns/ipc`);
    for (const { pid, commandLine } of daemon)
      expect(readlinkSync(`/proc/${pid}/ns/ipc`), commandLine).not.toBe(machines);
    const shared = await script(
      appliance,
      'cat /proc/sysvipc/shm /proc/sysvipc/sem /proc/sysvipc/msg; ls /dev/mqueue',
    );
    expect(shared.stdout.split('\n').filter((line) => /^\s*-?\d/.test(line))).toEqual([]);
    const asked = await asNobody(appliance, 'dragoman', 'status');
    expect(asked.code).toBe(1);
    expect(asked.stderr).toMatch(/may not|permission|denied/i);
    const abstract = readFileSync(`/proc/${daemon[0]?.pid}/net/unix`, 'utf8').match(/@\S*dragoman\S*/g);
    expect(abstract).toBeNull();
  });

  it('by files, the log, or its own commands', async () => {
    const appliance = await open();
    await hears(appliance);
    await hears(appliance);
    const everywhere =
      '/run /tmp /var/tmp /var/lib /var/log /var/cache /etc /dev/shm /home /opt/dragoman.deb';
    const own = await script(appliance, `find ${everywhere} -user dragoman -readable ! -type l 2>/dev/null`);
    expect(own.stdout).toBe('');
    const withKey = await script(appliance, `grep -rlsF '${KEY}' ${everywhere}`);
    expect(withKey.stdout).toBe('');
    const journal = await script(appliance, 'journalctl --no-pager --quiet --unit=dragoman.service; true');
    expect(journal.stdout).toBe('');
    for (const command of ['costs', 'restart', 'guest new', 'key set </dev/null', 'update back', 'support'])
      expect((await script(appliance, `dragoman ${command}`)).code, command).not.toBe(0);
    expect(await appliance.mainPid()).toBeGreaterThan(0);
  });

  it('and an audit of the device finds everything as promised', async () => {
    const appliance = await open();
    await hears(appliance);
    const { code, stdout } = await appliance.dragoman('audit', '--json');
    const { findings } = JSON.parse(stdout) as { findings: readonly { id: string; verdict: string }[] };
    const ids = (verdict: string) => findings.filter((one) => one.verdict === verdict).map(({ id }) => id);
    expect(ids('look')).toEqual([]);
    expect(code).toBe(0);
    // The container has no control groups of version 2.
    expect(ids('unknown').filter((id) => id !== 'limits' && id !== 'components')).toEqual([]);
    expect(stdout).not.toContain(KEY);
    // Another user sees less, and no more than that.
    const seen = await asNobody(appliance, 'dragoman', 'audit');
    expect(seen.stdout).toContain('not seen');
    expect(seen.stdout).not.toContain(KEY);
  });
});
