// Programs of a simulated board that talk to each other over its own network.
import { describe, expect, it } from 'vitest';
import { espruino_wifi, puckjs } from '../../boards/index.js';
import { SimulatedBoard } from '../../sim/index.js';

function printed(program: string): string[] {
  const board = new SimulatedBoard(espruino_wifi);
  board.run(program);
  board.runUntilIdle();
  return board.output.trim().split('\n');
}

describe('connections of a board to itself', () => {
  it('carry bytes both ways, and end on both sides', () => {
    const program = `
      var net = require("net");
      net.createServer(function (c) { c.on("data", d => c.end(d + "!")); }).listen(99);
      var s = net.connect({ host: "localhost", port: 99 }, () => s.write("hello"));
      s.on("data", d => print(d)); s.on("end", () => print("end")); s.on("close", e => print(e));`;
    expect(printed(program)).toEqual(['hello!', 'end', 'false']);
  });

  it('carry requests with a body, and responses with headers', () => {
    const program = `
      var http = require("http");
      http.createServer(function (q, r) {
        var body = ""; q.on("data", d => { body += d; });
        q.on("end", () => { r.writeHead(404, { "X-Of": q.method + q.url }); r.end(body + body); });
      }).listen(80);
      var q = http.request({ host: "127.0.0.1", path: "/a", method: "POST" }, function (r) {
        print(r.statusCode, r.headers["X-Of"]); r.on("data", d => print(d)); r.on("close", () => print("closed"));
      });
      q.end("body");`;
    expect(printed(program)).toEqual(['404 POST/a', 'bodybody', 'closed']);
  });

  it('carry what is sent in chunks', () => {
    const program = `
      var http = require("http");
      http.createServer((q, r) => {
        r.writeHead(200, { "Transfer-Encoding": "chunked" }); r.write("one"); r.write("two"); r.end();
      }).listen(80);
      http.get("http://localhost/", r => r.on("data", d => print(d)));`;
    expect(printed(program)).toEqual(['one', 'two']);
  });

  it('take an address in a text apart as url.parse does', () => {
    const program = `
      require("http").createServer((q, r) => { print(q.method, q.url); r.end(); }).listen(8080);
      require("http").get("http://localhost:8080?a=1", r => print(r.statusCode));`;
    expect(printed(program)).toEqual(['GET /?a=1', '200']);
  });

  it('fail where nobody is', () => {
    const program = 'require("net").connect({ host: "example.org", port: 80 }).on("error", e => print(e.message));';
    expect(printed(program)).toEqual(['unable to connect: no program of the board listens there']);
  });

  it('carry datagrams, whole or a part of a text', () => {
    const program = `
      var dgram = require("dgram"), a = dgram.createSocket("udp4"), b = dgram.createSocket("udp4");
      a.bind(7, s => s.on("message", (m, from) => { print(m, from.address, from.size); s.send("back", from.port, from.address); }));
      b.on("message", m => { print(m); b.close(); }); b.on("close", () => print("closed"));
      b.send("--part--", 2, 4, 7, "localhost");`;
    expect(printed(program)).toEqual(['part 127.0.0.1 4', 'back', 'closed']);
  });

  it('are there on boards whose firmware has them', () => {
    const board = new SimulatedBoard(puckjs);
    board.run('require("net")');
    expect(board.output).toContain('Module "net" not found');
  });
});
