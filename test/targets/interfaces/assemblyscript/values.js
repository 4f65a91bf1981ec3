export async function instantiate(module, imports = {}) {
  const __module0 = imports.host;
  const adaptedImports = {
    env: Object.setPrototypeOf({
      abort(message, fileName, lineNumber, columnNumber) {
        // ~lib/builtins/abort(~lib/string/String | null?, ~lib/string/String | null?, u32?, u32?) => void
        message = __liftString(message >>> 0);
        fileName = __liftString(fileName >>> 0);
        lineNumber = lineNumber >>> 0;
        columnNumber = columnNumber >>> 0;
        (() => {
          // @external.js
          throw Error(`${message} in ${fileName}:${lineNumber}:${columnNumber}`);
        })();
      },
      passText(text) {
        // values/passText(~lib/string/String) => ~lib/string/String
        text = __liftString(text >>> 0);
        return __lowerString(passText(text)) || __notnull();
      },
      passMany(texts, flag, big) {
        // values/passMany(~lib/array/Array<~lib/string/String>, bool, u64) => ~lib/array/Array<~lib/string/String>
        texts = __liftArray(pointer => __liftString(__getU32(pointer)), 2, texts >>> 0);
        flag = flag != 0;
        big = BigInt.asUintN(64, big);
        return __lowerArray((pointer, value) => { __setU32(pointer, __lowerString(value) || __notnull()); }, 14, 2, passMany(texts, flag, big)) || __notnull();
      },
    }, Object.assign(Object.create(globalThis), imports.env || {})),
    host: Object.setPrototypeOf({
      passPoint(point) {
        // values/passPoint(values/Point | null) => values/Point | null
        point = __liftRecord20(point >>> 0);
        return __lowerRecord20(__module0.passPoint(point));
      },
      passPerson(person) {
        // values/passPerson(values/Person) => values/Person
        person = __liftInternref(person >>> 0);
        return __lowerInternref(__module0.passPerson(person)) || __notnull();
      },
    }, __module0),
  };
  const { exports } = await WebAssembly.instantiate(module, adaptedImports);
  const memory = exports.memory || imports.env.memory;
  const adaptedExports = Object.setPrototypeOf({
    ofBool(value) {
      // values/ofBool(bool) => bool
      value = value ? 1 : 0;
      return exports.ofBool(value) != 0;
    },
    ofU32(value) {
      // values/ofU32(u32) => u32
      return exports.ofU32(value) >>> 0;
    },
    ofI64(value) {
      // values/ofI64(i64) => i64
      value = value || 0n;
      return exports.ofI64(value);
    },
    ofU64(value) {
      // values/ofU64(u64) => u64
      value = value || 0n;
      return BigInt.asUintN(64, exports.ofU64(value));
    },
    ofUsize(value) {
      // values/ofUsize(usize) => usize
      return exports.ofUsize(value) >>> 0;
    },
    ofString(value) {
      // values/ofString(~lib/string/String) => ~lib/string/String
      value = __lowerString(value) || __notnull();
      return __liftString(exports.ofString(value) >>> 0);
    },
    ofNullString(value) {
      // values/ofNullString(~lib/string/String | null) => ~lib/string/String | null
      value = __lowerString(value);
      return __liftString(exports.ofNullString(value) >>> 0);
    },
    ofUint8Array(value) {
      // values/ofUint8Array(~lib/typedarray/Uint8Array) => ~lib/typedarray/Uint8Array
      value = __lowerTypedArray(Uint8Array, 4, 0, value) || __notnull();
      return __liftTypedArray(Uint8Array, exports.ofUint8Array(value) >>> 0);
    },
    ofClamped(value) {
      // values/ofClamped(~lib/typedarray/Uint8ClampedArray) => ~lib/typedarray/Uint8ClampedArray
      value = __lowerTypedArray(Uint8ClampedArray, 5, 0, value) || __notnull();
      return __liftTypedArray(Uint8ClampedArray, exports.ofClamped(value) >>> 0);
    },
    ofInt16Array(value) {
      // values/ofInt16Array(~lib/typedarray/Int16Array) => ~lib/typedarray/Int16Array
      value = __lowerTypedArray(Int16Array, 6, 1, value) || __notnull();
      return __liftTypedArray(Int16Array, exports.ofInt16Array(value) >>> 0);
    },
    ofFloat32Array(value) {
      // values/ofFloat32Array(~lib/typedarray/Float32Array) => ~lib/typedarray/Float32Array
      value = __lowerTypedArray(Float32Array, 7, 2, value) || __notnull();
      return __liftTypedArray(Float32Array, exports.ofFloat32Array(value) >>> 0);
    },
    ofFloat64Array(value) {
      // values/ofFloat64Array(~lib/typedarray/Float64Array | null) => ~lib/typedarray/Float64Array | null
      value = __lowerTypedArray(Float64Array, 8, 3, value);
      return __liftTypedArray(Float64Array, exports.ofFloat64Array(value) >>> 0);
    },
    ofInt64Array(value) {
      // values/ofInt64Array(~lib/typedarray/Int64Array) => ~lib/typedarray/Int64Array
      value = __lowerTypedArray(BigInt64Array, 9, 3, value) || __notnull();
      return __liftTypedArray(BigInt64Array, exports.ofInt64Array(value) >>> 0);
    },
    ofBuffer(value) {
      // values/ofBuffer(~lib/arraybuffer/ArrayBuffer) => ~lib/arraybuffer/ArrayBuffer
      value = __lowerBuffer(value) || __notnull();
      return __liftBuffer(exports.ofBuffer(value) >>> 0);
    },
    ofNumbers(value) {
      // values/ofNumbers(~lib/array/Array<i32>) => ~lib/array/Array<i32>
      value = __lowerArray(__setU32, 10, 2, value) || __notnull();
      return __liftArray(__getI32, 2, exports.ofNumbers(value) >>> 0);
    },
    ofDoubles(value) {
      // values/ofDoubles(~lib/array/Array<f64>) => ~lib/array/Array<f64>
      value = __lowerArray(__setF64, 11, 3, value) || __notnull();
      return __liftArray(__getF64, 3, exports.ofDoubles(value) >>> 0);
    },
    ofLongs(value) {
      // values/ofLongs(~lib/array/Array<u64>) => ~lib/array/Array<u64>
      value = __lowerArray(__setU64, 12, 3, value) || __notnull();
      return __liftArray(pointer => BigInt.asUintN(64, __getU64(pointer)), 3, exports.ofLongs(value) >>> 0);
    },
    ofBools(value) {
      // values/ofBools(~lib/array/Array<bool>) => ~lib/array/Array<bool>
      value = __lowerArray(__setU8, 13, 0, value) || __notnull();
      return __liftArray(pointer => __getU8(pointer) != 0, 0, exports.ofBools(value) >>> 0);
    },
    ofStrings(value) {
      // values/ofStrings(~lib/array/Array<~lib/string/String>) => ~lib/array/Array<~lib/string/String>
      value = __lowerArray((pointer, value) => { __setU32(pointer, __lowerString(value) || __notnull()); }, 14, 2, value) || __notnull();
      return __liftArray(pointer => __liftString(__getU32(pointer)), 2, exports.ofStrings(value) >>> 0);
    },
    ofNullStrings(value) {
      // values/ofNullStrings(~lib/array/Array<~lib/string/String|null>) => ~lib/array/Array<~lib/string/String|null>
      value = __lowerArray((pointer, value) => { __setU32(pointer, __lowerString(value)); }, 15, 2, value) || __notnull();
      return __liftArray(pointer => __liftString(__getU32(pointer)), 2, exports.ofNullStrings(value) >>> 0);
    },
    ofNested(value) {
      // values/ofNested(~lib/array/Array<~lib/array/Array<~lib/typedarray/Uint8Array>>) => ~lib/array/Array<~lib/array/Array<~lib/typedarray/Uint8Array>>
      value = __lowerArray((pointer, value) => { __setU32(pointer, __lowerArray((pointer, value) => { __setU32(pointer, __lowerTypedArray(Uint8Array, 4, 0, value) || __notnull()); }, 16, 2, value) || __notnull()); }, 17, 2, value) || __notnull();
      return __liftArray(pointer => __liftArray(pointer => __liftTypedArray(Uint8Array, __getU32(pointer)), 2, __getU32(pointer)), 2, exports.ofNested(value) >>> 0);
    },
    ofStaticNumbers(value) {
      // values/ofStaticNumbers(~lib/staticarray/StaticArray<i16>) => ~lib/staticarray/StaticArray<i16>
      value = __lowerStaticArray(__setU16, 18, 1, value, Int16Array) || __notnull();
      return __liftStaticArray(__getI16, 1, exports.ofStaticNumbers(value) >>> 0);
    },
    ofStaticStrings(value) {
      // values/ofStaticStrings(~lib/staticarray/StaticArray<~lib/string/String>) => ~lib/staticarray/StaticArray<~lib/string/String>
      value = __lowerStaticArray((pointer, value) => { __setU32(pointer, __lowerString(value) || __notnull()); }, 19, 2, value) || __notnull();
      return __liftStaticArray(pointer => __liftString(__getU32(pointer)), 2, exports.ofStaticStrings(value) >>> 0);
    },
    ofPoint(value) {
      // values/ofPoint(values/Point) => values/Point
      value = __lowerRecord20(value) || __notnull();
      return __liftRecord20(exports.ofPoint(value) >>> 0);
    },
    ofPoints(value) {
      // values/ofPoints(~lib/array/Array<values/Point>) => ~lib/array/Array<values/Point>
      value = __lowerArray((pointer, value) => { __setU32(pointer, __lowerRecord20(value) || __notnull()); }, 21, 2, value) || __notnull();
      return __liftArray(pointer => __liftRecord20(__getU32(pointer)), 2, exports.ofPoints(value) >>> 0);
    },
    makePerson(name, age) {
      // values/makePerson(~lib/string/String, i32) => values/Person
      name = __lowerString(name) || __notnull();
      return __liftInternref(exports.makePerson(name, age) >>> 0);
    },
    nameOf(person) {
      // values/nameOf(values/Person) => ~lib/string/String
      person = __lowerInternref(person) || __notnull();
      return __liftString(exports.nameOf(person) >>> 0);
    },
    older(one, other) {
      // values/older(values/Person, values/Person | null) => values/Person | null
      one = __retain(__lowerInternref(one) || __notnull());
      other = __lowerInternref(other);
      try {
        return __liftInternref(exports.older(one, other) >>> 0);
      } finally {
        __release(one);
      }
    },
    crowd(names, person) {
      // values/crowd(~lib/array/Array<~lib/string/String>, values/Person) => ~lib/array/Array<values/Person>
      names = __retain(__lowerArray((pointer, value) => { __setU32(pointer, __lowerString(value) || __notnull()); }, 14, 2, names) || __notnull());
      person = __lowerInternref(person) || __notnull();
      try {
        return __liftArray(pointer => __liftInternref(__getU32(pointer)), 2, exports.crowd(names, person) >>> 0);
      } finally {
        __release(names);
      }
    },
    ages(people) {
      // values/ages(~lib/array/Array<values/Person>) => ~lib/array/Array<i32>
      people = __lowerArray((pointer, value) => { __setU32(pointer, __lowerInternref(value) || __notnull()); }, 23, 2, people) || __notnull();
      return __liftArray(__getI32, 2, exports.ages(people) >>> 0);
    },
    ageMap(people) {
      // values/ageMap(~lib/array/Array<values/Person>) => ~lib/map/Map<~lib/string/String,i32>
      people = __lowerArray((pointer, value) => { __setU32(pointer, __lowerInternref(value) || __notnull()); }, 23, 2, people) || __notnull();
      return __liftInternref(exports.ageMap(people) >>> 0);
    },
    ageIn(map, name) {
      // values/ageIn(~lib/map/Map<~lib/string/String,i32>, ~lib/string/String) => i32
      map = __retain(__lowerInternref(map) || __notnull());
      name = __lowerString(name) || __notnull();
      try {
        return exports.ageIn(map, name);
      } finally {
        __release(map);
      }
    },
    adder(by) {
      // values/adder(i32) => (i32) => i32
      return __liftInternref(exports.adder(by) >>> 0);
    },
    apply(run, value) {
      // values/apply((i32) => i32, i32) => i32
      run = __lowerInternref(run) || __notnull();
      return exports.apply(run, value);
    },
    join(one, other, times) {
      // values/join(~lib/string/String, ~lib/string/String?, i32?) => ~lib/string/String
      one = __retain(__lowerString(one) || __notnull());
      other = __lowerString(other) || __notnull();
      try {
        exports.__setArgumentsLength(arguments.length);
        return __liftString(exports.join(one, other, times) >>> 0);
      } finally {
        __release(one);
      }
    },
    Colour: (values => (
      // values/Colour
      values[values.Red = exports["Colour.Red"].valueOf()] = "Red",
      values[values.Green = exports["Colour.Green"].valueOf()] = "Green",
      values[values.Blue = exports["Colour.Blue"].valueOf()] = "Blue",
      values
    ))({}),
    VERSION: {
      // values/VERSION: ~lib/string/String
      valueOf() { return this.value; },
      get value() {
        return __liftString(exports.VERSION.value >>> 0);
      }
    },
    label: {
      // values/label: ~lib/string/String
      valueOf() { return this.value; },
      get value() {
        return __liftString(exports.label.value >>> 0);
      },
      set value(value) {
        exports.label.value = __lowerString(value) || __notnull();
      }
    },
    isOn: {
      // values/isOn: bool
      valueOf() { return this.value; },
      get value() {
        return exports.isOn.value != 0;
      },
      set value(value) {
        exports.isOn.value = value ? 1 : 0;
      }
    },
    throughText(text) {
      // values/throughText(~lib/string/String) => ~lib/string/String
      text = __lowerString(text) || __notnull();
      return __liftString(exports.throughText(text) >>> 0);
    },
    throughMany(texts) {
      // values/throughMany(~lib/array/Array<~lib/string/String>) => ~lib/string/String
      texts = __lowerArray((pointer, value) => { __setU32(pointer, __lowerString(value) || __notnull()); }, 14, 2, texts) || __notnull();
      return __liftString(exports.throughMany(texts) >>> 0);
    },
    throughPoint(point) {
      // values/throughPoint(values/Point | null) => values/Point | null
      point = __lowerRecord20(point);
      return __liftRecord20(exports.throughPoint(point) >>> 0);
    },
    throughPerson(person) {
      // values/throughPerson(values/Person) => ~lib/string/String
      person = __lowerInternref(person) || __notnull();
      return __liftString(exports.throughPerson(person) >>> 0);
    },
    fail(why) {
      // values/fail(~lib/string/String) => void
      why = __lowerString(why) || __notnull();
      exports.fail(why);
    },
    heap() {
      // values/heap() => usize
      return exports.heap() >>> 0;
    },
  }, exports);
  function __liftRecord20(pointer) {
    // values/Point
    // Hint: Opt-out from lifting as a record by providing an empty constructor
    if (!pointer) return null;
    return {
      x: __getI32(pointer + 0),
      y: __getF64(pointer + 8),
      isThere: __getU8(pointer + 16) != 0,
      name: __liftString(__getU32(pointer + 20)),
      next: __liftRecord20(__getU32(pointer + 24)),
      stamp: __getI64(pointer + 32),
      list: __liftArray(pointer => __liftString(__getU32(pointer)), 2, __getU32(pointer + 40)),
    };
  }
  function __lowerRecord20(value) {
    // values/Point
    // Hint: Opt-out from lowering as a record by providing an empty constructor
    if (value == null) return 0;
    const pointer = exports.__pin(exports.__new(44, 20));
    __setU32(pointer + 0, value.x);
    __setF64(pointer + 8, value.y);
    __setU8(pointer + 16, value.isThere ? 1 : 0);
    __setU32(pointer + 20, __lowerString(value.name) || __notnull());
    __setU32(pointer + 24, __lowerRecord20(value.next));
    __setU64(pointer + 32, value.stamp || 0n);
    __setU32(pointer + 40, __lowerArray((pointer, value) => { __setU32(pointer, __lowerString(value) || __notnull()); }, 14, 2, value.list) || __notnull());
    exports.__unpin(pointer);
    return pointer;
  }
  function __liftBuffer(pointer) {
    if (!pointer) return null;
    return memory.buffer.slice(pointer, pointer + new Uint32Array(memory.buffer)[pointer - 4 >>> 2]);
  }
  function __lowerBuffer(value) {
    if (value == null) return 0;
    const pointer = exports.__new(value.byteLength, 1) >>> 0;
    new Uint8Array(memory.buffer).set(new Uint8Array(value), pointer);
    return pointer;
  }
  function __liftString(pointer) {
    if (!pointer) return null;
    const
      end = pointer + new Uint32Array(memory.buffer)[pointer - 4 >>> 2] >>> 1,
      memoryU16 = new Uint16Array(memory.buffer);
    let
      start = pointer >>> 1,
      string = "";
    while (end - start > 1024) string += String.fromCharCode(...memoryU16.subarray(start, start += 1024));
    return string + String.fromCharCode(...memoryU16.subarray(start, end));
  }
  function __lowerString(value) {
    if (value == null) return 0;
    const
      length = value.length,
      pointer = exports.__new(length << 1, 2) >>> 0,
      memoryU16 = new Uint16Array(memory.buffer);
    for (let i = 0; i < length; ++i) memoryU16[(pointer >>> 1) + i] = value.charCodeAt(i);
    return pointer;
  }
  function __liftArray(liftElement, align, pointer) {
    if (!pointer) return null;
    const
      dataStart = __getU32(pointer + 4),
      length = __dataview.getUint32(pointer + 12, true),
      values = new Array(length);
    for (let i = 0; i < length; ++i) values[i] = liftElement(dataStart + (i << align >>> 0));
    return values;
  }
  function __lowerArray(lowerElement, id, align, values) {
    if (values == null) return 0;
    const
      length = values.length,
      buffer = exports.__pin(exports.__new(length << align, 1)) >>> 0,
      header = exports.__pin(exports.__new(16, id)) >>> 0;
    __setU32(header + 0, buffer);
    __dataview.setUint32(header + 4, buffer, true);
    __dataview.setUint32(header + 8, length << align, true);
    __dataview.setUint32(header + 12, length, true);
    for (let i = 0; i < length; ++i) lowerElement(buffer + (i << align >>> 0), values[i]);
    exports.__unpin(buffer);
    exports.__unpin(header);
    return header;
  }
  function __liftTypedArray(constructor, pointer) {
    if (!pointer) return null;
    return new constructor(
      memory.buffer,
      __getU32(pointer + 4),
      __dataview.getUint32(pointer + 8, true) / constructor.BYTES_PER_ELEMENT
    ).slice();
  }
  function __lowerTypedArray(constructor, id, align, values) {
    if (values == null) return 0;
    const
      length = values.length,
      buffer = exports.__pin(exports.__new(length << align, 1)) >>> 0,
      header = exports.__new(12, id) >>> 0;
    __setU32(header + 0, buffer);
    __dataview.setUint32(header + 4, buffer, true);
    __dataview.setUint32(header + 8, length << align, true);
    new constructor(memory.buffer, buffer, length).set(values);
    exports.__unpin(buffer);
    return header;
  }
  function __liftStaticArray(liftElement, align, pointer) {
    if (!pointer) return null;
    const
      length = __getU32(pointer - 4) >>> align,
      values = new Array(length);
    for (let i = 0; i < length; ++i) values[i] = liftElement(pointer + (i << align >>> 0));
    return values;
  }
  function __lowerStaticArray(lowerElement, id, align, values, typedConstructor) {
    if (values == null) return 0;
    const
      length = values.length,
      buffer = exports.__pin(exports.__new(length << align, id)) >>> 0;
    if (typedConstructor) {
      new typedConstructor(memory.buffer, buffer, length).set(values);
    } else {
      for (let i = 0; i < length; i++) lowerElement(buffer + (i << align >>> 0), values[i]);
    }
    exports.__unpin(buffer);
    return buffer;
  }
  class Internref extends Number {}
  const registry = new FinalizationRegistry(__release);
  function __liftInternref(pointer) {
    if (!pointer) return null;
    const sentinel = new Internref(__retain(pointer));
    registry.register(sentinel, pointer);
    return sentinel;
  }
  function __lowerInternref(value) {
    if (value == null) return 0;
    if (value instanceof Internref) return value.valueOf();
    throw TypeError("internref expected");
  }
  const refcounts = new Map();
  function __retain(pointer) {
    if (pointer) {
      const refcount = refcounts.get(pointer);
      if (refcount) refcounts.set(pointer, refcount + 1);
      else refcounts.set(exports.__pin(pointer), 1);
    }
    return pointer;
  }
  function __release(pointer) {
    if (pointer) {
      const refcount = refcounts.get(pointer);
      if (refcount === 1) exports.__unpin(pointer), refcounts.delete(pointer);
      else if (refcount) refcounts.set(pointer, refcount - 1);
      else throw Error(`invalid refcount '${refcount}' for reference '${pointer}'`);
    }
  }
  function __notnull() {
    throw TypeError("value must not be null");
  }
  let __dataview = new DataView(memory.buffer);
  function __setU8(pointer, value) {
    try {
      __dataview.setUint8(pointer, value, true);
    } catch {
      __dataview = new DataView(memory.buffer);
      __dataview.setUint8(pointer, value, true);
    }
  }
  function __setU16(pointer, value) {
    try {
      __dataview.setUint16(pointer, value, true);
    } catch {
      __dataview = new DataView(memory.buffer);
      __dataview.setUint16(pointer, value, true);
    }
  }
  function __setU32(pointer, value) {
    try {
      __dataview.setUint32(pointer, value, true);
    } catch {
      __dataview = new DataView(memory.buffer);
      __dataview.setUint32(pointer, value, true);
    }
  }
  function __setU64(pointer, value) {
    try {
      __dataview.setBigUint64(pointer, value, true);
    } catch {
      __dataview = new DataView(memory.buffer);
      __dataview.setBigUint64(pointer, value, true);
    }
  }
  function __setF64(pointer, value) {
    try {
      __dataview.setFloat64(pointer, value, true);
    } catch {
      __dataview = new DataView(memory.buffer);
      __dataview.setFloat64(pointer, value, true);
    }
  }
  function __getU8(pointer) {
    try {
      return __dataview.getUint8(pointer, true);
    } catch {
      __dataview = new DataView(memory.buffer);
      return __dataview.getUint8(pointer, true);
    }
  }
  function __getI16(pointer) {
    try {
      return __dataview.getInt16(pointer, true);
    } catch {
      __dataview = new DataView(memory.buffer);
      return __dataview.getInt16(pointer, true);
    }
  }
  function __getI32(pointer) {
    try {
      return __dataview.getInt32(pointer, true);
    } catch {
      __dataview = new DataView(memory.buffer);
      return __dataview.getInt32(pointer, true);
    }
  }
  function __getU32(pointer) {
    try {
      return __dataview.getUint32(pointer, true);
    } catch {
      __dataview = new DataView(memory.buffer);
      return __dataview.getUint32(pointer, true);
    }
  }
  function __getI64(pointer) {
    try {
      return __dataview.getBigInt64(pointer, true);
    } catch {
      __dataview = new DataView(memory.buffer);
      return __dataview.getBigInt64(pointer, true);
    }
  }
  function __getU64(pointer) {
    try {
      return __dataview.getBigUint64(pointer, true);
    } catch {
      __dataview = new DataView(memory.buffer);
      return __dataview.getBigUint64(pointer, true);
    }
  }
  function __getF64(pointer) {
    try {
      return __dataview.getFloat64(pointer, true);
    } catch {
      __dataview = new DataView(memory.buffer);
      return __dataview.getFloat64(pointer, true);
    }
  }
  return adaptedExports;
}
