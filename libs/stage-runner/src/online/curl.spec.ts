import { curlConfig, judge, parseResults } from './curl';

describe('curlConfig', () => {
  it('asks everything at once, and gives no credentials to an address that names none', () => {
    const addresses = [{ url: 'https://a.example/x["1"]' }, { url: 'https://b.example/y' }];
    const config = curlConfig(addresses, 'first-byte', (index) => (index === 1 ? 'reader:a"b' : undefined));
    expect(config).toMatchInlineSnapshot(`
     "silent
     parallel
     parallel-max = 8
     url = "https://a.example/x[\\"1\\"]"
     output = "/dev/null"
     range = "0-0"
     max-filesize = 1048576
     location
     globoff
     connect-timeout = 10
     max-time = 30
     retry = 2
     write-out = "0\\t%{exitcode}\\t%{http_code}\\t%{errormsg}\\n"
     next
     url = "https://b.example/y"
     output = "/dev/null"
     range = "0-0"
     max-filesize = 1048576
     location
     globoff
     connect-timeout = 10
     max-time = 30
     retry = 2
     user = "reader:a\\"b"
     write-out = "1\\t%{exitcode}\\t%{http_code}\\t%{errormsg}\\n"
     "
    `);
  });
});

it.each<[string, string, string]>([
  ['0\t0\t200\t', 'there', ''],
  ['0\t0\t206\t', 'there', ''],
  ['0\t0\t416\t', 'there', ''],
  ['0\t63\t200\tMaximum file size exceeded', 'there', ''],
  ['0\t0\t000\t', 'there', ''],
  ['0\t0\t404\t', 'gone', 'HTTP 404'],
  ['0\t0\t410\t', 'gone', 'HTTP 410'],
  ["0\t37\t000\tCouldn't open file /x", 'gone', "curl: (37) Couldn't open file /x"],
  ['0\t0\t401\t', 'refused', 'HTTP 401'],
  ['0\t0\t403\t', 'refused', 'HTTP 403'],
  ['0\t3\t000\tMalformed', 'refused', 'curl: (3) Malformed'],
  ['0\t0\t429\t', 'unreachable', 'HTTP 429'],
  ['0\t0\t503\t', 'unreachable', 'HTTP 503'],
  ['0\t6\t000\tCould not resolve host: a', 'unreachable', 'curl: (6) Could not resolve host: a'],
  ['0\t7\t000\tConnection refused', 'unreachable', 'curl: (7) Connection refused'],
  ['0\t28\t000\tTimed out', 'unreachable', 'curl: (28) Timed out'],
  ['0\t60\t000\tcertificate has expired', 'unreachable', 'curl: (60) certificate has expired'],
  ['0\t56\t407\tCONNECT tunnel failed', 'unreachable', 'curl: (56) CONNECT tunnel failed'],
  ['0\t47\t302\tMaximum redirects', 'unreachable', 'curl: (47) Maximum redirects'],
])('takes %j for %s', (line, kind, said) => {
  const result = parseResults(['a warning', line]).get(0);
  if (result === undefined) throw new Error('not a result');
  expect(judge(result)).toEqual(kind === 'there' ? { kind } : { kind, said });
});
