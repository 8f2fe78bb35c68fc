import { renderLabFile } from './lab-file';
import { type LabRequest } from './plan';
import { type Lab } from './up';

const request = { target: { release: '44', architecture: 'x86_64' } } as unknown as LabRequest;

const lab = (repository: string) =>
  ({
    images: [{ upstream: 'quay.io/a/b:44', reference: 'localhost/immutablue-lab/a/b:44', imageId: 'f'.repeat(64) }],
    plan: {
      images: { root: { hash: 'root' } },
      packages: { realPackages: { hash: 'real' } },
      repository: { repository: { hash: repository } },
    },
  }) as unknown as Lab;

describe('renderLabFile', () => {
  it('says what builds depend on', () => {
    expect(renderLabFile(request, lab('a'))).toMatchInlineSnapshot(`
     "{
       "release": "44",
       "architecture": "x86_64",
       "images": [
         {
           "upstream": "quay.io/a/b:44",
           "reference": "localhost/immutablue-lab/a/b:44",
           "imageId": "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
         }
       ],
       "recipes": {
         "rootFilesystem": "root",
         "realPackages": "real"
       }
     }
     "
    `);
  });

  it('stays the same when a name is added to the repository', () => {
    expect(renderLabFile(request, lab('a'))).toBe(renderLabFile(request, lab('b')));
  });
});
