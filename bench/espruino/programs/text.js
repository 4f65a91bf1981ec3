// Words of a text: what string functions do, character by character, and what is counted with them.
var article =
  'A module is a sequence of sections. Each section has a number, a size and contents; sections of unknown numbers are skipped. ' +
  'A function has a type, locals and a body, and the body is a sequence of instructions. The type of a function says what it takes ' +
  'and what it gives. Code that does not fit its type is refused before it runs, so that nothing is tested twice when it runs.';

function find(text, at, wanted) {
  for (; at < text.length; at++) if (text[at] == wanted) return at;
  return -1;
}

function startsWith(text, at, wanted) {
  for (var i = 0; i < wanted.length; i++) if (text[at + i] != wanted[i]) return false;
  return true;
}

function findText(text, at, wanted) {
  while ((at = find(text, at, wanted[0])) >= 0) {
    if (startsWith(text, at, wanted)) return at;
    at++;
  }
  return -1;
}

function upper(text) {
  var result = '';
  for (var i = 0; i < text.length; i++) {
    var c = text[i];
    result += c >= 'a' && c <= 'z' ? String.fromCharCode(text.charCodeAt(i) - 32) : c;
  }
  return result;
}

function run(n) {
  var sum = 0;
  while (n-- > 0) {
    for (var at = 0; (at = findText(article, at, 'function')) >= 0; at++) sum += at;
    var longest = 0;
    at = 0;
    for (;;) {
      while (at < article.length && find(' .,;', 0, article[at]) >= 0) at++;
      if (at == article.length) break;
      var start = at;
      while (at < article.length && find(' .,;', 0, article[at]) < 0) at++;
      var word = article.substring(start, at);
      if (word.length > longest) longest = word.length;
      if (startsWith(word, 0, 'section')) word = upper(word);
      sum = (sum * 3 + word.charCodeAt(0) + word.length) | 0;
    }
    sum = (sum + longest) | 0;
  }
  return sum;
}
