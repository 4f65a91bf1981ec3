// A binary search tree of nodes from an allocator with a free list: insertion, search, removal and a walk by recursion.
enum { NODES = 300 };

typedef struct Node {
  struct Node *left, *right;
  int key, count;
} Node;

static Node pool[NODES];
static Node *unused;

static Node *allocate(void) {
  Node *node = unused;
  if (node) unused = node->left;
  return node;
}

static void release(Node *node) {
  node->left = unused;
  unused = node;
}

static void insert(Node **link, int key) {
  while (*link) {
    Node *node = *link;
    if (node->key == key) {
      node->count++;
      return;
    }
    link = key < node->key ? &node->left : &node->right;
  }
  Node *made = allocate();
  if (!made) return;
  made->left = made->right = 0;
  made->key = key;
  made->count = 1;
  *link = made;
}

static int find(const Node *node, int key) {
  while (node && node->key != key) node = key < node->key ? node->left : node->right;
  return node ? node->count : 0;
}

static void delete(Node **link, int key) {
  while (*link && (*link)->key != key) link = key < (*link)->key ? &(*link)->left : &(*link)->right;
  Node *node = *link;
  if (!node) return;
  if (node->left && node->right) {
    Node **least = &node->right;
    while ((*least)->left) least = &(*least)->left;
    node->key = (*least)->key;
    node->count = (*least)->count;
    link = least;
    node = *least;
  }
  *link = node->left ? node->left : node->right;
  release(node);
}

static int sum(const Node *node, int depth) {
  if (!node) return 0;
  return sum(node->left, depth + 1) + node->key * node->count + depth + sum(node->right, depth + 1);
}

int run(int n) {
  unsigned random = 1;
  unsigned total = 0;
  while (n-- > 0) {
    Node *root = 0;
    unused = 0;
    for (int i = 0; i < NODES; i++) release(&pool[i]);
    for (int i = 0; i < NODES; i++) {
      random = random * 1664525u + 1013904223;
      insert(&root, (int)(random >> 22));
    }
    for (int key = 0; key < 1024; key += 3) total += (unsigned)find(root, key);
    for (int key = 0; key < 1024; key += 5) delete(&root, key);
    total = total * 31 + (unsigned)sum(root, 0);
  }
  return (int)total;
}
