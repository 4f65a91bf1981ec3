// Programs, and what Espruino 2v29 prints when it runs them, up to the first error that is not caught.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are programs

export const programs: readonly (readonly [program: string, printed: string])[] = [
  [
    'print(Array.prototype); print(Function.prototype); print(Object.prototype); print(String.prototype);',
    '{  }\n{  }\n{  }\n{  }',
  ],
  [
    'Array.prototype.last=function(){return this[this.length-1]}; print([1,2].last()); for(var k in [7])print(k); String.prototype.trim=function(){return "T"}; print(" a ".trim());Object.prototype.zz=1; for(var k in {a:1}) print(k);',
    '2\n0\nlast\nT\na\nzz',
  ],
  [
    'function f(a,b){return arguments} print(f(1), f(1,2,3), typeof f(1), f(1).length, f(1).join, Array.isArray(f(1)));',
    '[ 1, undefined ] [ 1, 2, 3 ] object 2 function () { [native code] } true',
  ],
  [
    'function f(a){arguments[0]=9; return arguments} print(f(1)); function g(a){var x=arguments; x[0]=5; return [a,x,arguments]} print(g(1));',
    '[ 9 ]\n[ 1,\n  [ 5 ],\n  [ 5 ]\n ]',
  ],
  [
    'var o={toString:function(){return "T"}}; print(o, [o], {a:o}); class C{toString(){return "C!"}} print(new C(),[new C()],{a:new C()}); class D{constructor(){this.q=1}}; print([new D()],{x:new D()}); function F(){this.z=1} print(new F(),[new F()]);',
    '{\n  "toString": function () {return "T"}\n } [\n  {\n    "toString": function () {return "T"}\n   }\n ] {\n  "a": {\n    "toString": function () {return "T"}\n   }\n }\nC: C! [\n  C: C!\n ] {\n  "a": C: C!\n }\n[\n  D: { "q": 1 }\n ] {\n  "x": D: { "q": 1 }\n }\nF: { "z": 1 } [\n  F: { "z": 1 }\n ]',
  ],
  [
    'var a=[1];a.push(a);print(a);var o={};o.o=o;print(o);print([o,o]);',
    '[ 1,\n   ...\n ]\n{\n  "o":  ...\n }\n[\n  {\n    "o":  ...\n   },\n  {\n    "o":  ...\n   }\n ]',
  ],
  [
    'print(Object.create(null), Object.create({a:1}), Object.create({a:1}, {b:{value:2}})); print(Object.keys("ab"), Object.keys(function(a){}), Object.keys(5));',
    'Uncaught Error: propertiesObject is not supported yet',
  ],
  [
    'try { null.x=1 } catch(e) {print(e.toString(), e instanceof Error, e.type, e.message)} try { x.y } catch(e) { print(e, e instanceof ReferenceError, e.type, JSON.stringify(Object.keys(e)))}',
    'Error: Can\'t read property \'x\' of null true Error Can\'t read property \'x\' of null\nReferenceError: ReferenceError: "x" is not defined true ReferenceError ["message","type","stack"]',
  ],
  [
    'var u; try { u.x } catch(e) {print(e.message)} try { u.x() } catch(e) {print(e.message)} try { u() } catch(e) {print(e.message)} try { u[0] } catch(e) {print(e.message)} try { u.x=1 } catch(e) {print(e.message)} try { u[0]=1 } catch(e) {print(e.message)} try { null[0] } catch(e) {print(e.message)}',
    "Can't read property 'x' of undefined\nCan't read property 'x' of undefined\nFunction \"u\" not found!\nField or method \"0\" does not already exist, and can't create it on undefined\nCan't read property 'x' of undefined\nField or method \"0\" does not already exist, and can't create it on undefined\nField or method \"0\" does not already exist, and can't create it on null",
  ],
  [
    'const c=1; try{c=2}catch(e){print(e+"")} try{c++}catch(e){print(e+"")} try{c+=1}catch(e){print(e+"")} print(c); const o={}; o.x=1; print(o);',
    'TypeError: Assignment to a constant\nTypeError: Assignment to a constant\nTypeError: Assignment to a constant\n1\n{ "x": 1 }',
  ],
  [
    'try { [].reduce(function(){}) } catch(e){print(e+"")} try{[1].map(5)}catch(e){print(e+"")} try{[1].forEach()}catch(e){print(e+"")} try{"a".repeat(-1)}catch(e){print(e+"")} try{new Array(-1)}catch(e){print(e+"")} try{(1).toFixed(200)}catch(e){print(e+"")} try{(1).toString(99)}catch(e){print(e+"")} try{new Uint8Array(-1)}catch(e){print(e+"")} try{new Uint8Array({length:2})}catch(e){print(e+"")} try{new ArrayBuffer("x")}catch(e){print(e+"")}',
    'Error: Used on empty array with no initial value\nError: First argument must be a function\nError: First argument must be a function\nError: Invalid count value\nError: Invalid array length\nError: Invalid length for ArrayBuffer\nError: Unsupported first argument of type Object',
  ],
  [
    'var o={}; o.on("x",function(){}); print(o, Object.keys(o), JSON.stringify(o)); for (var k in o) print(k); o.removeAllListeners(); print(o);',
    '{\n  "#onx": [\n    function () {}\n   ]\n } [\n  "#onx"\n ] {"#onx":[undefined]}\n#onx\n{  }',
  ],
  [
    'var r=/a/g; print(r.lastIndex, r.exec("aba"), r.lastIndex, r.exec("aba"), r.lastIndex, r.exec("aba"), r.lastIndex, r.source, r.flags, r.global, r+"", r.toString(), new RegExp("a/b","i"), new RegExp(/x/g), RegExp("x").test("ax"), new RegExp("").source, Object.keys(r));',
    'Uncaught TypeError: Expecting String as first argument, got Object',
  ],
  [
    'print([1,2,3].remove, [1,2].remove); var a=[3,1,2,5]; print([1,2,3,4].slice(1,3.7), "abc".slice(-1.5), ["x",{toString:function(){return "q"}}].join());',
    'undefined undefined\n[ 2, 3 ] c x,q',
  ],
  [
    'for (var i in 5) print(i)',
    'Uncaught Error: FOR loop can only iterate over Arrays, Strings or Objects, not Number',
  ],
  [
    'for (var i in "abc") print(i, typeof i); for (var i of "abc") print(i); for (var i in [5]) print(i, typeof i); for (var i of new Uint8Array(2)) print(i); for (var i in function(a){}) print(i); for (i in {}) print(i); for (var i of [undefined,null]) print(i);',
    '0 string\n1 string\n2 string\na\nb\nc\n0 string\n0\n0\nundefined\nnull',
  ],
  [
    'print(typeof undefinedVar, typeof (function(){}), typeof null, typeof [], typeof print, void 0, !"a", -"3", +true, ~~"7.9", 1,2); var z = (1,2,3); print(z, z++ + ++z, z--, --z); if (0) ; else print("else"); do { z++ } while (z<5); print(z); switch(3){case 1:print(1);case 3:print(3);case 4:print(4);break;default:print("d")} switch("x"){default:print("dd")}',
    'undefined function object object function undefined false -3 1 7 1 2\n3 8 5 3\nelse\n5\n3\n4\ndd',
  ],
  [
    'var f=function(){return this.x}; print(f.call({x:1}), f.apply({x:2},[]), f.bind({x:3})(), (()=>this===global)(), f.call(5), f.call()); function h(a,b){return [a,b,arguments.length]} print(h.call(null,1), h.apply(null,[1,2,3]), h.bind(null,9)(8), h.length, h.apply(null), h.apply(null,{length:1,0:5}));',
    '1 2 3 true undefined undefined\n[ 1, undefined, 2 ] [ 1, 2, 3 ] [ 9, 8, 2 ] 2 [ undefined, undefined, 2 ] [ 5, undefined, 2 ]',
  ],
  [
    'print(E.getFlags()); print(E.toJS([undefined]), E.toJS(undefined), E.toJS({a:1,"b c":2,d:[1,{e:"x"}],f:function(a){return a}}), E.toJS(new Uint8Array([1,2])), E.toJS(NaN), E.toJS(-0), E.toJS(1/3), E.toJS(null), E.toJS(true), E.toJS(/a/g));',
    '{ "deepSleep": 0, "unsafeFlash": 0, "unsyncFiles": 0, "pretokenise": 0,\n  "jitDebug": 0, "onErrorSave": 0, "onErrorFlash": 0 }\n[null] null {a:1,"b c":2,d:[1,{e:"x"}],f:function (a) {return a}} [1,2] NaN 0 0.33333333333 null true {source:"a",flags:"g",lastIndex:0}',
  ],
  [
    'var a=[]; a[0]=setTimeout(function(){},10); a[1]=setTimeout(function(){},10); clearTimeout(a[0]); a[2]=setTimeout(function(){},10); print(a); clearTimeout(); try{changeInterval(99,5)}catch(e){print(e.message)} try{setTimeout(5,5)}catch(e){print(e.message)} try{setTimeout()}catch(e){print(e.message)} try{clearInterval("x")}catch(e){print(e.message)}',
    '[ 1, 2, 3 ]\nUnknown Interval\nFunction or String not supplied!\nFunction or String not supplied!',
  ],
  [
    'function t(f) { try { print(f()) } catch (e) { print("throws "+e) } } t(()=>new Date(4.1e16)); t(()=>new Date(-4.1e16)); t(()=>new Date(2000000,0)); t(()=>new Date(-2000000,0)); t(()=>new Date(-12,8).toString());',
    'throws Error: Date out of bounds\nthrows Error: Date out of bounds\nthrows Error: Date out of bounds\nthrows Error: Date out of bounds\nWed Aug 31 -12 00:00:00 GMT+0000',
  ],
  [
    'function t(f) { try { print(f()) } catch (e) { print("throws "+e) } } E.setTimeZone(5.5); var d=new Date(2020,1,2,3,4,5,6); t(()=>d.toString()); t(()=>d.getTimezoneOffset()); t(()=>d.toISOString()); t(()=>d.toLocalISOString()); t(()=>d.getHours()+":"+d.getMinutes()); t(()=>d.getIsDST()); t(()=>d.toUTCString()); t(()=>{ d.setHours(1,2,3,4); return d.toISOString() }); t(()=>{ d.setDate(40); return d.toISOString() }); t(()=>{ d.setMonth(13,5); return d.toISOString() }); t(()=>{ d.setFullYear(2019,0,1); return d.toISOString() }); t(()=>d.setTime(5)); t(()=>d.toJSON()); t(()=>Date.parse("2020-01-01T00:00:00")); t(()=>Date.parse("2020-01-01T00:00:00Z")); t(()=>Date.parse("2020-01-01T00:00:00+0100"));t(()=>Date.parse("2020-01-01T00:00:00+01:30")); t(()=>d.setSeconds(3)); t(()=>d.setMinutes(3,4)); t(()=>d.setMilliseconds(3)); t(()=>d.getDay()); t(()=>new Date(2020,5,1).getTime()); E.setTimeZone(-3.25); t(()=>new Date(0).toString()); t(()=>new Date(0).toLocalISOString());',
    'Sun Feb 2 2020 03:04:05 GMT+0530\n-330\n2020-02-01T21:34:05.006Z\n2020-02-02T03:04:05.006+0530\n3:4\n0\nSat, 1 Feb 2020 21:34:05 GMT\n2020-02-01T19:32:03.004Z\n2020-03-10T19:32:03.004Z\n2021-02-04T19:32:03.004Z\n2018-12-31T19:32:03.004Z\n5\n1970-01-01T00:00:00.005Z\n1577817000000\n1577836800000\n1577833200000\n1577831400000\n3005\n-1615995\n-1615997\n4\n1590949800000\nWed Dec 31 1969 20:45:00 GMT-0315\n1969-12-31T20:45:00.000-0315',
  ],
  [
    'function t(f) { try { print(f()) } catch (e) { print("throws "+e) } } E.setDST(60,120,4,0,2,0,180,4,0,9,0,240); t(()=>new Date("2011-06-11T11:12:00").getIsDST());t(()=>new Date("2011-06-11T11:12:00").toString());t(()=>new Date("2011-06-11T11:12:00").getTimezoneOffset()); t(()=>new Date(2011,2,27,3,30).toString());t(()=>new Date(2011,9,30,3,30).toString()); E.setDST(0,0,0,0,0,0,0,0,0,0,0,0); t(()=>new Date(0).toString()); ',
    '1\nSat Jun 11 2011 11:12:00 GMT+0300\n-180\nSun Mar 27 2011 02:30:00 GMT+0200\nSun Oct 30 2011 03:30:00 GMT+0300\nThu Jan 1 1970 00:00:00 GMT+0000',
  ],
  [
    'var a=0,b=0,o={i:1}; function t(f) { try { print(f()) } catch (e) { print("throws "+e) } } t(function(){ return 1 && b = 3; }); print(b); t(function(){ return 0 && b = 4; }); print(b); t(function(){ return b || a = 4; }); print(a,b); t(function(){ return a || a = 4; }); print(a,b); t(function(){ return (true ? a : b) = 5; }); print(a,b); t(function(){ return true ? a : b = 6; }); print(a,b); t(function(){ return false ? a : b = 6; }); print(a,b); t(function(){ return (a && b) = 7; }); print(a,b); t(function(){ return 1==1 && o.i = 7 && a; }); print(o.i); t(function(){ return 5 = 7; });  t(function(){ function f(){return a}; return f() = 7; });print(a); t(function(){ return 1 + b = 8; });print(b); t(function(){ return null ?? b = 9; });print(b); t(function(){ return ()=>{ return 3 }(); }); t(function(){ return a++ = 3; }); t(function(){ return -b = 3; }); print(b); ',
    '3\n3\nthrows Error: Unable to assign value to non-reference Number\n3\nthrows Error: Unable to assign value to non-reference Number\n0 3\n4\n4 3\nthrows Error: Unable to assign value to non-reference Number\n4 3\n4\n4 3\n6\n4 6\n7\n4 7\n4\n4\nthrows Error: Unable to assign value to non-reference Number\nthrows Error: Unable to assign value to non-reference Number\n4\nthrows Error: Unable to assign value to non-reference Number\n7\n9\n9\n3\nthrows Error: Unable to assign value to non-reference Number\nthrows Error: Unable to assign value to non-reference Number\n9',
  ],
  [
    'eval("function g(a,b){\\xACx=\\xD1\\thello\\n\\1\\"w,y=\\xD5\\xC8\\0,z=\\xD3,w=\\xD4\\5,q=70000,e=\\"\\",o={x:\\xD4\\1};\\xA3(a\\x8Bb\\x9Ex\\x8D\\"\\"\\xA0!y){\\xAB\\xBFx;}\\xA4{\\xA7(\\xACi=\\xD3;i<\\xD4\\3;i\\x98)x\\x96i- -\\xD4\\1+ +\\xD4\\2;}\\xC2A{\\xC5s(){\\xAB\\xB8A()\\xBAA}}\\xACr=/a\\"b/g.test(\\xD1\\4xa\\"b),t=`q${x}`;\\xBB(w){\\xBC\\xD4\\5:w=a\\xD0b;\\xA8;\\xBD:\\xBEo.x;}\\xAB[x,y,z,w,q,e,r,t,A.s(),y\\x93\\xD4\\1,y\\x92\\xD4\\1,y\\x90\\xD4\\2,((g)\\xA2g*\\xD4\\2)(\\xD4\\3),\\xC0\\xD3,\\xB6,\\xAF\\x8B\\xB7,\\xD1\\5Hello];}"); print(E.toJS(g(1,2)));',
    '["hello\\n\\1\\"w345",200,0,1,70000,"",true,"qhello\\n\\1\\"w345",true,100,100,800,6,null,null,false,"Hello"]',
  ],
  [
    'require("Storage").write("m","exports.g=\\xAA(a,b){\\xACx=\\xD1\\thello\\n\\1\\"w,y=\\xD5\\xC8\\0,z=\\xD3,w=\\xD4\\5,q=70000,e=\\"\\",o={x:\\xD4\\1};\\xA3(a\\x8Bb\\x9Ex\\x8D\\"\\"\\xA0!y){\\xAB\\xBFx;}\\xA4{\\xA7(\\xACi=\\xD3;i<\\xD4\\3;i\\x98)x\\x96i- -\\xD4\\1+ +\\xD4\\2;}\\xC2A{\\xC5s(){\\xAB\\xB8A()\\xBAA}}\\xACr=/a\\"b/g.test(\\xD1\\4xa\\"b),t=`q${x}`;\\xBB(w){\\xBC\\xD4\\5:w=a\\xD0b;\\xA8;\\xBD:\\xBEo.x;}\\xAB[x,y,z,w,q,e,r,t,A.s(),y\\x93\\xD4\\1,y\\x92\\xD4\\1,y\\x90\\xD4\\2,((g)\\xA2g*\\xD4\\2)(\\xD4\\3),\\xC0\\xD3,\\xB6,\\xAF\\x8B\\xB7,\\xD1\\5Hello];}"); print(E.toJS(require("m").g(1,2)));',
    '["hello\\n\\1\\"w345",200,0,1,70000,"",true,"qhello\\n\\1\\"w345",true,100,100,800,6,null,null,false,"Hello"]',
  ],
  [
    'print(eval("\\xD5\\x00\\x80+1"),eval("\\xD4\\xFF*2"),eval("[\\xD3,\\xD1\\x03a\\"b,\\xD2\\x02\\x00xy]"),eval("(\\xAA(a){\\xABa\\xD0\\xD4\\7})()"),typeof eval("\\xB5"),eval("\\x22\\xAA\\x22").length);',
    '-32767 -2 [ 0,\n  "a\\"b",\n  "xy"\n ] 7 boolean 1',
  ],
  [
    'var Z=({valueOf:()=>0}), O=({valueOf:()=>1}), S=({valueOf:()=>""}), D=new Date(0), A=[], N=Object.create(null), r=/a/; print(Z?1:0,O?1:0,S?1:0,D?1:0,A?1:0,N?1:0,r?1:0); if (Z) print("if"); while (Z) { print("w"); break; } print(!!Z, Z==0, Z||2);',
    '0 1 0 0 1 1 1\nif\nw\ntrue true {\n  "valueOf": function () {return 0}\n }',
  ],
  [
    'var c=require("crypto"),k="0123456789012345"; function t(f) { try { print(f()) } catch (e) { print("throws "+e) } } t(()=>c.SHA1("abc")); t(()=>c.SHA224("abc")); t(()=>c.SHA256([1,2])); t(()=>c.SHA384("")); t(()=>c.SHA512("abc")); ',
    'new Uint8Array([169, 153, 62, 54, 71, 6, 129, 106, 186, 62, 37, 113, 120, 80, 194, 108, 156, 208, 216, 157]).buffer\nnew Uint8Array([35, 9, 125, 34, 52, 5, 216, 34, 134, 66, 164, 119, 189, 162, 85, 179, 42, 173, 188, 228, 189, 160, 179, 247, 227, 108, 157, 167]).buffer\nnew Uint8Array([161, 40, 113, 254, 226, 16, 251, 134, 25, 41, 30, 174, 161, 148, 88, 28, 189, 37, 49, 228, 178, 55, 89, 210, 37, 246, 128, 105, 35, 246, 50, 34]).buffer\nnew Uint8Array([56, 176, 96, 167, 81, 172, 150, 56, 76, 217, 50, 126, 177, 177, 227, 106, 33, 253, 183, 17, 20, 190, 7, 67, 76, 12, 199, 191, 99, 246, 225, 218, 39, 78, 222, 191, 231, 111, 101, 251, 213, 26, 210, 241, 72, 152, 185, 91]).buffer\nnew Uint8Array([221, 175, 53, 161, 147, 97, 122, 186, 204, 65, 115, 73, 174, 32, 65, 49, 18, 230, 250, 78, 137, 169, 126, 162, 10, 158, 238, 230, 75, 85, 211, 154, 33, 146, 153, 42, 39, 79, 193, 168, 54, 186, 60, 35, 163, 254, 235, 189, 69, 77, 68, 35, 100, 60, 232, 14, 42, 154, 201, 79, 165, 76, 164, 159]).buffer',
  ],
  [
    'var c=require("crypto"); function t(f) { try { print(f()) } catch (e) { print("throws "+e) } } t(()=>c.PBKDF2("pass","salt")); t(()=>c.PBKDF2("pass","salt",{keySize:8,iterations:10})); t(()=>c.PBKDF2("pass","salt",{hasher:c.SHA256})); t(()=>c.PBKDF2("pass","salt",{hasher:"SHA256",keySize:2})); ',
    'new Uint8Array([248, 174, 174, 18, 125, 170, 42, 31, 18, 18, 170, 5, 79, 131, 88, 2]).buffer\nnew Uint8Array([96, 199, 12, 5, 249, 170, 216, 19, 213, 42, 173, 179, 104, 8, 128, 205, 71, 123, 187, 49, 240, 22, 58, 22, 250, 109, 131, 200, 158, 126, 38, 62]).buffer\nthrows Error: Unknown Hasher "function () { [native code] }"\nnew Uint8Array([101, 172, 175, 233, 101, 93, 21, 78]).buffer',
  ],
  [
    'var c=require("crypto"),k="0123456789012345"; function t(f) { try { print(f()) } catch (e) { print("throws "+e) } } t(()=>c.AES.encrypt(k+k,k,{mode:"CBC",iv:"0123456789abcdef"})); t(()=>c.AES.decrypt(k+k,k,{mode:"CBC",iv:"0123456789abcdef"})); t(()=>c.AES.encrypt(k+k,k,{mode:"ECB",iv:"0123456789abcdef"})); t(()=>c.AES.decrypt(k+k,k,{mode:"ECB",iv:"0123456789abcdef"})); t(()=>c.AES.encrypt(k+k,k,{mode:"XYZ",iv:"0123456789abcdef"})); t(()=>c.AES.decrypt(k+k,k,{mode:"XYZ",iv:"0123456789abcdef"})); t(()=>c.AES.encrypt("abc",k,{iv:"0123456789abcdef"})); t(()=>c.AES.encrypt(k,"short",{iv:"0123456789abcdef"})); t(()=>c.AES.encrypt(k,k,{mode:"OFB"})); t(()=>c.AES.encrypt(k,k,5)); ',
    'new Uint8Array([4, 146, 114, 201, 56, 230, 149, 231, 212, 77, 162, 180, 237, 224, 24, 181, 81, 73, 48, 143, 161, 120, 178, 238, 61, 21, 78, 251, 235, 152, 209, 132]).buffer\nnew Uint8Array([137, 55, 47, 158, 81, 133, 224, 202, 243, 170, 62, 162, 123, 165, 10, 182, 137, 55, 47, 158, 81, 133, 224, 202, 243, 170, 111, 241, 42, 242, 91, 229]).buffer\nnew Uint8Array([95, 125, 240, 191, 16, 58, 140, 74, 230, 250, 173, 153, 6, 172, 59, 42, 95, 125, 240, 191, 16, 58, 140, 74, 230, 250, 173, 153, 6, 172, 59, 42]).buffer\nnew Uint8Array([185, 6, 29, 173, 101, 176, 214, 253, 203, 147, 95, 192, 24, 193, 111, 208, 185, 6, 29, 173, 101, 176, 214, 253, 203, 147, 95, 192, 24, 193, 111, 208]).buffer\nthrows Error: Unknown Crypto mode "XYZ"\nthrows Error: Unknown Crypto mode "XYZ"\nERROR: Invalid input length\nundefined\nERROR: Unknown error: -0x20\nundefined\nERROR: Feature unavailable\nundefined\nERROR: \'options\' must be undefined, or an Object\nundefined',
  ],
];
