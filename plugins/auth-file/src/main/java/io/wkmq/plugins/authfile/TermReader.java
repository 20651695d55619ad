package io.wkmq.plugins.authfile;

import io.wkmq.plugins.authfile.Term.Atom;
import io.wkmq.plugins.authfile.Term.Sequence;
import io.wkmq.plugins.authfile.Term.Text;
import io.wkmq.plugins.authfile.Term.Tuple;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Parses Erlang terms, each followed by a dot: tuples, lists, atoms and strings, with {@code %} comments. Numbers, binaries and
 * the rest of the language do not occur in acl.conf. Not thread-safe.
 */
final class TermReader {
    /** Deeper than any sensible rule, and far from overflowing the stack. */
    private static final int DEPTH_MAX = 32;

    private static final int END = -1;

    private final String input;
    private int next;
    private int line = 1;
    private int lineStart;

    TermReader(String input) {
        this.input = input;
    }

    /** Returns the next term, or null at the end. */
    @Nullable
    Term read() throws AclErrorException {
        skipBlanks();
        if (peek() == END) {
            return null;
        }
        Term term = term(1);
        skipBlanks();
        if (peek() != '.') {
            throw unexpected("'.' behind the rule that starts at " + term.at());
        }
        next++;
        return term;
    }

    private Term term(int depth) throws AclErrorException {
        if (depth > DEPTH_MAX) {
            throw new AclErrorException(here(), "brackets stand in more than " + DEPTH_MAX + " others; expected less");
        }
        skipBlanks();
        Position at = here();
        int c = peek();
        if (c == '{') {
            return new Tuple(at, elements('}', depth));
        }
        if (c == '[') {
            return new Sequence(at, elements(']', depth));
        }
        if (c == '"') {
            return new Text(at, quoted('"', "text"));
        }
        if (c == '\'') {
            return new Atom(at, quoted('\'', "word"));
        }
        if (c >= 'a' && c <= 'z') {
            return new Atom(at, word());
        }
        throw unexpected("a tuple, a list, a \"text\" or a word in lower case");
    }

    private List<Term> elements(char end, int depth) throws AclErrorException {
        Position open = here();
        char start = input.charAt(next++);
        List<Term> elements = new ArrayList<>();
        skipBlanks();
        if (peek() == end) {
            next++;
            return elements;
        }
        while (true) {
            elements.add(term(depth + 1));
            skipBlanks();
            int c = peek();
            if (c != ',' && c != end) {
                throw unexpected("',' or '" + end + "' for the '" + start + "' at " + open);
            }
            next++;
            if (c == end) {
                return elements;
            }
        }
    }

    private String word() {
        int from = next;
        while (peek() == '_' || peek() == '@' || isAsciiLetterOrDigit(peek())) {
            next++;
        }
        return input.substring(from, next);
    }

    private String quoted(char quote, String what) throws AclErrorException {
        Position open = here();
        next++;
        StringBuilder text = new StringBuilder();
        while (peek() != quote) {
            int c = peek();
            if (c == END || c == '\n') {
                throw new AclErrorException(open, "the " + what + " has no end; expected " + quote + " on its line");
            }
            text.append(c == '\\' ? escaped() : (char) c);
            next++;
        }
        next++;
        return text.toString();
    }

    /** Returns the character denoted by the backslash at this position and the next character; stops at the latter. */
    private char escaped() throws AclErrorException {
        Position at = here();
        next++;
        return switch (peek()) {
            case '\\' -> '\\';
            case '"' -> '"';
            case '\'' -> '\'';
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case 's' -> ' ';
            default ->
                throw new AclErrorException(
                        at,
                        "the escape \\" + describe(peek())
                                + " is not known; expected one of \\\\ \\\" \\' \\n \\t \\r \\s");
        };
    }

    private void skipBlanks() {
        while (true) {
            int c = peek();
            if (c == '%') {
                while (peek() != '\n' && peek() != END) {
                    next++;
                }
            } else if (c == '\n') {
                next++;
                line++;
                lineStart = next;
            } else if (c == ' ' || c == '\t' || c == '\r' || c == '\uFEFF') {
                next++;
            } else {
                return;
            }
        }
    }

    private int peek() {
        return next < input.length() ? input.charAt(next) : END;
    }

    private Position here() {
        return new Position(line, next - lineStart + 1);
    }

    private AclErrorException unexpected(String expected) {
        return new AclErrorException(here(), describe(peek()) + " is unexpected here; expected " + expected);
    }

    private static String describe(int c) {
        return c == END ? "the end of the file" : "'" + (char) c + "'";
    }

    private static boolean isAsciiLetterOrDigit(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }
}
