import { buffer } from 'node:stream/consumers';
import { findManifest } from '../manifests';
import { closeAll, failure, open, requestsTo } from '../testing/open';
import { serve, status, type Answers } from '../testing/server';

const MANIFEST = '/v2/a/manifests/44';

afterEach(closeAll);

describe('credentials', () => {
  const user = { kind: 'password', user: 'me', password: 'hunter"2' } as const;
  const findCredentials = () => Promise.resolve(user);

  /** Asks for tokens of its own, and gives `t1`, `t2`, …; the answer needs the one that is said. */
  function tokens(accepted: string): { answers: Answers; asked: string[] } {
    const asked: string[] = [];
    const refuse: Answers[string][0] = (request, response) => {
      const realm = `http://${request.headers.host ?? ''}/token`;
      const challenge = `Bearer realm="${realm}",service="test",scope="repository:a:pull repository:a:delete repository:b:push"`;
      response.writeHead(401, { 'www-authenticate': challenge }).end();
    };
    return {
      asked,
      answers: {
        'GET /v2/': [refuse],
        'GET /token': [
          (request, response) => {
            const scopes = new URL(request.url ?? '', 'http://x').searchParams.getAll('scope').join(' ');
            asked.push(`${request.headers.authorization ?? 'anonymous'} ${scopes}`);
            response.end(JSON.stringify({ token: `t${asked.length}`, expires_in: 300 }));
          },
        ],
        [`GET ${MANIFEST}`]: [
          (request, response) => {
            if (request.headers.authorization === `Bearer ${accepted}`) response.end('{}');
            else refuse(request, response);
          },
        ],
      },
    };
  }

  it('get one token, which is used until it ends', async () => {
    const { answers, asked } = tokens('t1');
    const repository = await open(answers, { findCredentials });
    await findManifest(repository, '44');
    await findManifest(repository, '44');
    expect(asked).toEqual(['Basic bWU6aHVudGVyIjI= repository:a:pull']);
    expect(requestsTo(`GET ${MANIFEST}`)).toBe(2);
  });

  it('get another token when one is refused, for all that is wanted of this repository', async () => {
    const { answers, asked } = tokens('t2');
    const repository = await open(answers);
    await findManifest(repository, '44');
    expect(asked).toEqual(['anonymous repository:a:pull', 'anonymous repository:a:pull repository:a:delete']);
  });

  it('are not good enough, which is said once', async () => {
    const { answers } = tokens('none');
    const repository = await open(answers, { findCredentials });
    expect(await failure(findManifest(repository, '44'))).toContain('error[registry/unauthorized]');
    expect(requestsTo(`GET ${MANIFEST}`)).toBe(2);
  });

  it('of an identity token are given to who gives tokens', async () => {
    const { answers } = tokens('t1');
    const forms: string[] = [];
    const repository = await open(
      {
        ...answers,
        'POST /token': [
          (request, response) => {
            void buffer(request).then((form) => {
              forms.push(form.toString());
              response.end('{"access_token": "t1"}');
            });
          },
        ],
      },
      { findCredentials: () => Promise.resolve({ kind: 'identity-token', token: 'refresh' }) },
    );
    await findManifest(repository, '44');
    expect(forms).toEqual([
      'service=test&scope=repository%3Aa%3Apull&grant_type=refresh_token&client_id=immutablue&refresh_token=refresh',
    ]);
  });

  it.each(['http://evil.example/token', 'ftp://127.0.0.1/', ''])('are not sent to %p', async (realm) => {
    const challenge = status(401, { 'www-authenticate': `Bearer realm="${realm}"` });
    const repository = await open({ 'GET /v2/': [challenge] }, { findCredentials });
    expect(await failure(findManifest(repository, '44'))).toContain('names no safe address');
  });

  it('do not go with a redirect to another host', async () => {
    const other = await serve({
      'GET /blob': [(request, response) => response.end(request.headers.authorization ?? 'none')],
    });
    try {
      const repository = await open(
        {
          'GET /v2/': [status(401, { 'www-authenticate': 'Basic realm="x"' })],
          [`GET ${MANIFEST}`]: [status(307, { location: `http://${other.host}/blob` })],
        },
        { findCredentials },
      );
      expect((await findManifest(repository, '44'))?.bytes.toString()).toBe('none');
    } finally {
      await other.close();
    }
  });

  it('are not shown, though a registry repeats them', async () => {
    const repository = await open(
      {
        'GET /v2/': [status(401, { 'www-authenticate': 'Basic realm="x"' })],
        [`GET ${MANIFEST}`]: [
          (request, response) => {
            const message = `me:hunter"2 ${request.headers.authorization ?? ''}`;
            response.writeHead(403).end(JSON.stringify({ errors: [{ code: 'DENIED', message }] }));
          },
        ],
      },
      { findCredentials },
    );
    expect(await failure(findManifest(repository, '44'))).toMatchInlineSnapshot(`
     "error[registry/unauthorized]: registry \`HOST\` has no permission for this user, asked to give the manifest \`44\` of \`a\`
       | registry: DENIED: me:*** Basic ***
       hint: ask for the right to do so, or log in as another user: \`skopeo login HOST\`"
    `);
  });
});
