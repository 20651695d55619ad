package io.wkmq.broker.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A strict JSON parser (RFC 8259) for checking output: yields maps, lists, strings, doubles, booleans and null. */
public final class Json {
    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    /** The one value of a document. */
    public static @Nullable Object parse(String document) {
        Json json = new Json(document);
        Object value = json.value();
        json.blanks();
        if (json.at < document.length()) {
            throw json.broken("the end");
        }
        return value;
    }

    /** The one value of a document, an object. */
    @SuppressWarnings("unchecked")
    public static Map<String, @Nullable Object> object(String document) {
        if (parse(document) instanceof Map<?, ?> map) {
            return (Map<String, @Nullable Object>) map;
        }
        throw new AssertionError("Expected an object: " + document);
    }

    /** The one value of a document, a list of objects. */
    @SuppressWarnings("unchecked")
    public static List<Map<String, @Nullable Object>> rows(String document) {
        if (parse(document) instanceof List<?> list && list.stream().allMatch(Map.class::isInstance)) {
            return (List<Map<String, @Nullable Object>>) list;
        }
        throw new AssertionError("Expected a list of objects: " + document);
    }

    private @Nullable Object value() {
        blanks();
        return switch (peek()) {
            case '{' -> members();
            case '[' -> elements();
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", null);
            default -> number();
        };
    }

    private Map<String, @Nullable Object> members() {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        take('{');
        blanks();
        while (peek() != '}') {
            if (!members.isEmpty()) {
                take(',');
                blanks();
            }
            String name = string();
            blanks();
            take(':');
            if (members.containsKey(name)) {
                throw broken("another name than " + name);
            }
            members.put(name, value());
            blanks();
        }
        at++;
        return members;
    }

    private List<@Nullable Object> elements() {
        List<@Nullable Object> elements = new ArrayList<>();
        take('[');
        blanks();
        while (peek() != ']') {
            if (!elements.isEmpty()) {
                take(',');
            }
            elements.add(value());
            blanks();
        }
        at++;
        return elements;
    }

    private String string() {
        take('"');
        StringBuilder string = new StringBuilder();
        while (peek() != '"') {
            char c = text.charAt(at++);
            if (c < ' ') {
                throw broken("no control character");
            }
            string.append(c == '\\' ? escaped() : c);
        }
        at++;
        return string.toString();
    }

    private char escaped() {
        char c = peek();
        at++;
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> {
                at += 4;
                yield (char) Integer.parseInt(text.substring(at - 4, at), 16);
            }
            default -> throw broken("an escape");
        };
    }

    private double number() {
        int from = at;
        while (at < text.length() && "+-.0123456789eE".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        String number = text.substring(from, at);
        if (!number.matches("-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d+)?")) {
            throw broken("a number, not '" + number + "'");
        }
        return Double.parseDouble(number);
    }

    private @Nullable Object word(String word, @Nullable Object value) {
        if (!text.startsWith(word, at)) {
            throw broken(word);
        }
        at += word.length();
        return value;
    }

    private void blanks() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private char peek() {
        if (at >= text.length()) {
            throw broken("more");
        }
        return text.charAt(at);
    }

    private void take(char expected) {
        if (peek() != expected) {
            throw broken("'" + expected + "'");
        }
        at++;
    }

    private AssertionError broken(String expected) {
        return new AssertionError("At character " + at + " expected " + expected + ": " + text);
    }
}
