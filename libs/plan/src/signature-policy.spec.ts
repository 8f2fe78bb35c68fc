import type { EffectiveEntry } from '@immutablue/overrides';
import { createPlan } from './create-plan';
import {
  checkSignaturePlaces,
  publicKeyPath,
  registriesFile,
  registriesPath,
  withSignedRegistry,
} from './signature-policy';
import { planInput } from './testing/plan-input';

const REGISTRY = 'quay.io/immutablue';
const KEY = publicKeyPath(REGISTRY);

const DEBIAN = `{ "default": [{ "type": "insecureAcceptAnything" }],
  "transports": { "docker-daemon": { "": [{ "type": "insecureAcceptAnything" }] } } }`;

interface Policy {
  readonly default: readonly { readonly type: string }[];
  readonly transports: Readonly<Record<string, Readonly<Record<string, readonly object[]>>>>;
}

const policyOf = (text: string | undefined) => JSON.parse(withSignedRegistry(text, REGISTRY, KEY)) as Policy;

describe('withSignedRegistry', () => {
  const strict = {
    default: [{ type: 'reject' }],
    transports: { docker: { 'docker.io': [{ type: 'signedBy', keyType: 'GPGKeys', keyPath: '/k' }] } },
  };

  it('adds the registry to a policy, and keeps what is there', () => {
    expect(withSignedRegistry(JSON.stringify(strict), REGISTRY, KEY)).toMatchInlineSnapshot(`
     "{
         "default": [
             {
                 "type": "reject"
             }
         ],
         "transports": {
             "docker": {
                 "docker.io": [
                     {
                         "type": "signedBy",
                         "keyType": "GPGKeys",
                         "keyPath": "/k"
                     }
                 ],
                 "quay.io/immutablue": [
                     {
                         "type": "sigstoreSigned",
                         "keyPath": "/etc/pki/containers/quay.io-immutablue.pub",
                         "signedIdentity": {
                             "type": "matchRepository"
                         }
                     }
                 ]
             }
         }
     }
     "
    `);
  });

  it.each([
    ['no policy', undefined],
    ['a policy that takes everything', DEBIAN],
  ])('still takes what %s takes', (_, text) => {
    const { default: otherwise, transports } = policyOf(text);
    expect(otherwise).toEqual([{ type: 'reject' }]);
    const { docker, ...others } = transports;
    expect(docker).toEqual({
      '': [{ type: 'insecureAcceptAnything' }],
      [REGISTRY]: [expect.objectContaining({ keyPath: KEY })],
    });
    expect(Object.keys(others)).toEqual(expect.arrayContaining(['containers-storage', 'docker-daemon', 'oci-archive']));
    for (const scopes of Object.values(others)) expect(scopes).toEqual({ '': [{ type: 'insecureAcceptAnything' }] });
  });

  it('keeps a rule that is there for a transport where the default took everything', () => {
    const text = '{"default":[{"type":"insecureAcceptAnything"}],"transports":{"dir":{"":[{"type":"reject"}]}}}';
    expect(policyOf(text).transports['dir']).toEqual({ '': [{ type: 'reject' }] });
  });

  it('gives the same again, and replaces the entry of another key', () => {
    const once = withSignedRegistry(DEBIAN, REGISTRY, KEY);
    expect(withSignedRegistry(once, REGISTRY, KEY)).toBe(once);
    expect(withSignedRegistry(withSignedRegistry(DEBIAN, REGISTRY, '/old'), REGISTRY, KEY)).toBe(once);
  });

  it.each(['', '[]', '{}', '{"default":[]}', '{"default":[{"type":"reject"}],"transports":{"docker":[]}}'])(
    'refuses what is no policy: %j',
    (text) => {
      expect(() => withSignedRegistry(text, REGISTRY, KEY)).toThrow('is not a policy');
    },
  );
});

it('has files of their own for two namespaces of a registry', () => {
  const places = ['127.0.0.1:5000/a/b', REGISTRY].map((registry) => [
    publicKeyPath(registry),
    registriesPath(registry),
  ]);
  expect(places).toMatchInlineSnapshot(`
   [
     [
       "/etc/pki/containers/127.0.0.1-5000-a-b.pub",
       "/etc/containers/registries.d/127.0.0.1-5000-a-b.yaml",
     ],
     [
       "/etc/pki/containers/quay.io-immutablue.pub",
       "/etc/containers/registries.d/quay.io-immutablue.yaml",
     ],
   ]
  `);
  expect(registriesFile(REGISTRY)).toMatchInlineSnapshot(`
   "docker:
     "quay.io/immutablue":
       use-sigstore-attachments: true
   "
  `);
});

it('refuses overrides of what is written', () => {
  const entry = { path: '/etc/containers/policy.json', source: '/w/overrides/etc/containers/policy.json' };
  const [fault, ...others] = checkSignaturePlaces(
    [entry, { path: '/etc/containers/storage.conf', source: '/w' }] as unknown as EffectiveEntry[],
    REGISTRY,
  );
  expect(others).toEqual([]);
  expect(fault).toMatchInlineSnapshot(`
   {
     "code": "override/forbidden-path",
     "hint": "a script build/90-post.sh can change it; without \`signing\` it is yours alone",
     "location": {
       "column": 1,
       "file": "/w/overrides/etc/containers/policy.json",
       "line": 1,
     },
     "message": "\`/etc/containers/policy.json\` is written by the build: \`signing\` in nx.json asks for signatures of \`quay.io/immutablue\`",
   }
  `);
});

describe('a plan', () => {
  const signing = { publicKey: 'PEM\n', file: '/workspace/keys/signing.pub' };
  const UPSTREAM = 'name: teal\ndescription: A test\nfrom: quay.io/a/silverblue\n';
  const stepsOf = (input: ReturnType<typeof planInput>) =>
    createPlan(input).stages.flatMap(({ name, steps }) =>
      steps.flatMap((step) => {
        if (step.kind === 'signed-registry') return [[name, step.registry, step.keyPath]];
        return step.kind === 'write-file' && step.path.startsWith('/etc/') ? [[name, step.path, step.source]] : [];
      }),
    );

  it('asks for signatures where an image stands on an upstream one', () => {
    expect(stepsOf({ ...planInput({ variant: UPSTREAM }), signing })).toEqual([
      ['90-post', KEY, signing.file],
      ['90-post', registriesPath(REGISTRY), undefined],
      ['90-post', REGISTRY, KEY],
    ]);
  });

  it.each([
    ['on another variant, which has asked', { ...planInput(), signing }],
    ['of a workspace that does not sign', planInput({ variant: UPSTREAM })],
  ])('has nothing of it %s', (_, input) => {
    expect(stepsOf(input)).toEqual([]);
  });
});
