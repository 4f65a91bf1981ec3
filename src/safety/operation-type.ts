// The operations of collections and memories: for each, the importance of its verification and its cost.

export enum OperationType {
  MemoryRead = 0,
  MemoryWrite = 1,
  MemoryGrow = 2,
  CollectionCreate = 3,
  CollectionPush = 4,
  CollectionPop = 5,
  CollectionPeek = 6,
  CollectionLookup = 7,
  CollectionInsert = 8,
  CollectionRemove = 9,
  CollectionMutate = 10,
  CollectionIterate = 11,
  CollectionReserve = 12,
  CollectionSlice = 13,
  CollectionClear = 14,
  CollectionValidate = 15,
}

export const OPERATION_TYPES = 16;

/** Classes of importance, below 255, which verifies always. */
export enum Importance {
  Read = 100,
  Internal = 120,
  Mutation = 150,
  Initialization = 180,
  Critical = 200,
  Always = 255,
}

/** Importance and cost in fuel, a row for each `OperationType` in its order. */
const table = [
  [Importance.Read, 5],
  [Importance.Mutation, 6],
  [Importance.Initialization, 50],
  [Importance.Initialization, 10],
  [Importance.Mutation, 2],
  [Importance.Mutation, 2],
  [Importance.Read, 1],
  [Importance.Read, 3],
  [Importance.Mutation, 4],
  [Importance.Mutation, 4],
  [Importance.Mutation, 2],
  [Importance.Internal, 1],
  [Importance.Initialization, 2],
  [Importance.Critical, 10],
  [Importance.Initialization, 5],
  [Importance.Always, 15],
];

/** How important the verification of each operation is: 0 to 255, which is always. */
export const operationImportances = new Uint8Array(OPERATION_TYPES);
/** Cost of each operation in units of fuel, at level None. */
export const operationCosts = new Uint8Array(OPERATION_TYPES);

for (let operation = 0; operation < OPERATION_TYPES; operation++) {
  operationImportances[operation] = table[operation][0];
  operationCosts[operation] = table[operation][1];
}
