// Asks a service through @camptocamp/ogc-client and prints what the client understood, as JSON.
import { OgcApiEndpoint } from '@camptocamp/ogc-client';

const endpoint = new OgcApiEndpoint(process.argv[2]);
const items = await endpoint.getCollectionItems('parcels', 5);
console.log(
  JSON.stringify({
    features: await endpoint.hasFeatures,
    records: await endpoint.hasRecords,
    collections: (await endpoint.allCollections).map((each) => each.name),
    tiles: await endpoint.vectorTileCollections,
    queryables: (await endpoint.getCollectionInfo('parcels')).queryables.map((each) => each.name),
    keys: items.map((each) => each.id),
  }),
);
