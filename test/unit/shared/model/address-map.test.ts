import { describe, expect, it } from 'vitest';
import {
  addressMapProblem,
  addressRows,
  addressRuleSchema,
  addressText,
  describeRule,
  mappedAddress,
  parseAddressMap,
  storedRules,
} from '../../../../shared/model/address-map.ts';

const rule = (host: string, port: number | null, useHost: string, usePort: number | null) => ({
  ...{ host, port, useHost, usePort },
});

describe('rules', () => {
  it('are for a port, for a host with all its ports, or for any host', () => {
    const rules = parseAddressMap('10.0.0.1:6379=127.0.0.1:7001, 10.0.0.2=bastion ,*=localhost');
    expect(rules).toEqual([
      rule('10.0.0.1', 6379, '127.0.0.1', 7001),
      rule('10.0.0.2', null, 'bastion', null),
      rule('*', null, 'localhost', null),
    ]);
    expect(rules.map((one) => addressRuleSchema.parse(one))).toEqual(rules);
  });

  it('may name IPv6 addresses', () => {
    const text = '[2001:db8::1]:6379=[::1]:7001,2001:db8::2=::1';
    const rules = parseAddressMap(text);
    expect(rules).toEqual([rule('2001:db8::1', 6379, '::1', 7001), rule('2001:db8::2', null, '::1', null)]);
    expect(rules.map(describeRule).join(',')).toBe(text);
  });

  it.each([
    ['', /<announced>=<reached>/],
    ['10.0.0.1:6379', /<announced>=<reached>/],
    ['a=b=c', /<announced>=<reached>/],
    ['a=', /reached is missing/],
    ['=b', /announced is missing/],
    ['a:1=b', /port on both sides/],
    ['a=b:1', /port on both sides/],
    ['a:0=b:1', /from 1 to 65535/],
    ['a:1=b:65536', /from 1 to 65535/],
    ['a:x=b:1', /host:port/],
    ['redis://a:1=b:1', /host:port/],
    ['user@a:1=b:1', /host:port/],
    ['a=*', /one host/],
    ['*:1=b:2', /all its ports/],
    ['a=b,A=c', /same address/],
    ['a:1=b:1,a:1=b:2', /same address/],
  ])('%s is refused', (text, problem) => {
    expect(() => parseAddressMap(text)).toThrow(problem);
  });

  it('repeat nothing of what cannot be read', () => {
    expect(() => parseAddressMap('redis://:secret@a:1=b:1')).toThrow(expect.not.stringContaining('secret'));
  });
});

describe('as it is stored', () => {
  it('is a rule a line, with what is still missing, and nothing for lines that are empty', () => {
    const rows = [
      { announced: '10.0.0.1:6379', use: '127.0.0.1:7001' },
      { announced: '', use: '' },
      { announced: '10.0.0.2', use: '' },
    ];
    const text = addressText(rows);
    expect(addressRows(text)).toEqual(rows);
    expect(addressMapProblem(text)).toMatch(/reached is missing/);
    expect(storedRules(addressText(rows.slice(0, 2)))).toEqual([rule('10.0.0.1', 6379, '127.0.0.1', 7001)]);
    expect([addressRows(''), storedRules(''), storedRules('=')]).toEqual([[], [], []]);
  });

  it('takes no part for more than one', () => {
    const text = addressText([{ announced: 'a=b,c', use: ' d\n' }]);
    expect(addressRows(text)).toEqual([{ announced: 'abc', use: 'd' }]);
  });
});

describe('an address', () => {
  const rules = parseAddressMap('*=gateway,10.0.0.1=near,10.0.0.1:6380=127.0.0.1:7001,redis-2.local:1=x:2');

  it('is found by the rule that is most exact', () => {
    expect(mappedAddress(rules, ['10.0.0.1'], 6380)).toEqual({ host: '127.0.0.1', port: 7001 });
    expect(mappedAddress(rules, ['10.0.0.1'], 6379)).toEqual({ host: 'near', port: 6379 });
    expect(mappedAddress(rules, ['10.0.0.9'], 6379)).toEqual({ host: 'gateway', port: 6379 });
    expect(mappedAddress(rules.slice(1), ['10.0.0.9'], 6379)).toBeUndefined();
  });

  it('is found by any of the names of the node', () => {
    expect(mappedAddress(rules, ['10.0.0.7', 'Redis-2.local'], 1)).toEqual({ host: 'x', port: 2 });
  });
});
