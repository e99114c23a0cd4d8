import { describe, expect, it } from 'vitest';
import { proxyAddress, serviceAddress, withoutPassword } from './addresses.ts';

describe('the address of a service', () => {
  it.each([
    ['https://gateway.example', 'https://gateway.example'],
    ['https://gateway.example/', 'https://gateway.example'],
    ['https://gateway.example/gemini', 'https://gateway.example/gemini'],
    ['https://gateway.example/gemini//', 'https://gateway.example/gemini'],
    ['HTTPS://Gateway.EXAMPLE/Gemini', 'https://gateway.example/Gemini'],
    [' https://gateway.example:443 ', 'https://gateway.example'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
    ['https://[2001:DB8::1]:8080/x', 'https://[2001:db8::1]:8080/x'],
    ['http://127.9.9.9/x', 'http://127.9.9.9/x'],
    ['http://[::1]:8080', 'http://[::1]:8080'],
    ['http://localhost', 'http://localhost'],
    ['ws://LOCALHOST.:8080/live', 'http://localhost.:8080/live'],
    ['wss://gateway.example', 'https://gateway.example'],
    ['https://bücher.example', 'https://xn--bcher-kva.example'],
  ])('may be written as %j', (written, address) => {
    expect(serviceAddress(written)).toBe(address);
  });

  it.each([
    ['', /is no address of a service/],
    ['gateway.example:8080', /is no address of a service/],
    ['ftp://gateway.example', /is no address of a service/],
    ['https://', /is no address of a service/],
    ['https://gateway.example:99999', /is no address of a service/],
    ['https://desk:secret@gateway.example', /must not have a user or a password/],
    ['https://gateway.example/?tenant=secret', /must not have anything after its path/],
    ['https://gateway.example/#secret', /must not have anything after its path/],
    ['http://gateway.example/secret', /would go to gateway[.]example unencrypted/],
    ['ws://192.168.1.5:8080/secret', /would go to 192[.]168[.]1[.]5:8080 unencrypted/],
    ['http://[2001:db8::1]/secret', /would go to \[2001:db8::1\] unencrypted/],
    ['http://0.0.0.0', /would go to 0[.]0[.]0[.]0 unencrypted/],
    ['http://128.0.0.1', /unencrypted/],
    ['http://localhost.example', /unencrypted/],
    ['http://127.0.0.1.example', /unencrypted/],
    ['http://gateway.example/127.0.0.1', /unencrypted/],
  ])('is not %j, and its refusal does not quote it', (written, refusal) => {
    expect(() => serviceAddress(written)).toThrow(refusal);
    expect(() => serviceAddress(written)).not.toThrow(/secret/);
  });
});

describe('the address of a proxy', () => {
  it.each([
    ['http://proxy.example:3128', 'http://proxy.example:3128/'],
    ['proxy.example:3128', 'http://proxy.example:3128/'],
    ['desk:secret@proxy.example:3128', 'http://desk:secret@proxy.example:3128/'],
    ['https://proxy.example', 'https://proxy.example/'],
    ['http://[::1]:3128', 'http://[::1]:3128/'],
  ])('may be written as %j', (written, address) => {
    expect(proxyAddress(written).href).toBe(address);
  });

  it.each(['', 'socks5://desk:secret@proxy.example', 'http://desk:secret@', 'http://secret:port'])(
    'is not %j, and its refusal does not quote it',
    (written) => {
      expect(() => proxyAddress(written)).toThrow(/is no address of an HTTP proxy/);
      expect(() => proxyAddress(written)).not.toThrow(/secret/);
    },
  );

  it.each([
    ['http://desk:secret@proxy.example:3128', 'http://…@proxy.example:3128'],
    ['desk:secret@proxy.example:3128', '…@proxy.example:3128'],
    ['socks5://desk:s@e/c?r#et@proxy.example', 'socks5://…@proxy.example'],
    ['http://proxy.example:3128', 'http://proxy.example:3128'],
  ])('%j is shown without its user and password', (address, shown) => {
    expect(withoutPassword(address)).toBe(shown);
  });
});
