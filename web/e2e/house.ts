import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const web = resolve(import.meta.dirname, '..');
const binary = resolve(web, process.env.GAVEL_BIN ?? '../target/debug/gavel');
const start_ms_max = 60_000;

/** The program itself on a port and a data directory of its own. It can be killed and started again. */
export class House {
  #process: ChildProcess | null = null;
  #printed: string[] = [];

  private constructor(
    readonly url: string,
    private readonly args: string[],
    private readonly dataDir: string,
  ) {}

  /** Opens a new, empty house; `args` are added to the command. */
  static async open(...args: string[]): Promise<House> {
    const dataDir = await mkdtemp(join(tmpdir(), 'gavel-e2e-'));
    const listen = `127.0.0.1:${await freePort()}`;
    const serve = ['serve', '--listen', listen, '--data-dir', dataDir, '--rate-limits', 'off'];
    const house = new House(`http://${listen}`, [...serve, ...args], dataDir);
    try {
      await house.start();
    } catch (error) {
      await house.close();
      throw error;
    }
    return house;
  }

  /** Starts the program and waits until it says that it listens. */
  async start(): Promise<void> {
    const child = spawn(binary, this.args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#process = child;
    let log = '';
    child.stderr.on('data', (chunk) => {
      log += chunk;
    });
    await new Promise<void>((listening, failed) => {
      const fail = (why: string) => failed(new Error(`${binary}: ${why}\n${log}`));
      const timer = setTimeout(() => fail('does not say that it listens'), start_ms_max);
      child.on('error', (error) => fail(error.message));
      child.on('exit', (code, signal) => fail(`ended with ${code ?? signal}`));
      createInterface(child.stdout).on('line', (line) => {
        this.#printed.push(line);
        if (!line.startsWith('listening on http://')) return;
        clearTimeout(timer);
        listening();
      });
    });
  }

  /** The link for the first admin, as the program printed it. */
  firstAdminLink(): string {
    const link = /http\S+\/first-admin#\S+/.exec(this.#printed.join('\n'))?.[0];
    if (!link) throw new Error(`no link for the first admin in:\n${this.#printed.join('\n')}`);
    // The printed address may be the one of the public house; the path is the same here.
    const { pathname, hash } = new URL(link);
    return `${this.url}${pathname}${hash}`;
  }

  /** Makes somebody an admin, as on the command line. */
  async promote(email: string): Promise<void> {
    const args = ['admin', 'promote', email, '--data-dir', this.dataDir];
    await promisify(execFile)(binary, args);
  }

  /** The mails that a house without a mail server writes to files, whole. */
  async mails(): Promise<string[]> {
    const folder = join(this.dataDir, 'mail');
    const names = await readdir(folder, { recursive: true }).catch(() => []);
    const files = names.filter((name) => name.endsWith('.eml')).sort();
    return Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')));
  }

  /** What a crash or a power cut is to a program: no warning, no clean-up. */
  async kill9(): Promise<void> {
    const child = this.#process;
    this.#process = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  async close(): Promise<void> {
    await this.kill9();
    await rm(this.dataDir, { recursive: true, force: true });
  }
}

/** A port nobody listens on now. A restart needs the same one, so the program cannot choose it. */
async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (!address || typeof address === 'string') throw new Error('no port');
  return address.port;
}
