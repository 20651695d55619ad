package io.wkmq.broker.ctl;

import io.wkmq.broker.http.JsonWriter;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The answer of a command, either as EMQ-style text or as one JSON document: a sentence, an object, a table of values, or a
 * list that is streamed rather than held in memory. Confined to the thread that runs the command.
 */
final class Answer {
    /** A keep-alive signal for a running command. Not part of the answer and never contained in its text. */
    static final String ALIVE = "\0";

    private final Consumer<String> out;
    private final boolean json;
    private final long limit;
    private boolean listing;
    private long rows;

    /**
     * Creates an empty answer.
     *
     * @param out receives the output; may block, and may throw to end the command
     * @param limit the maximum number of rows of a list
     */
    Answer(Consumer<String> out, boolean json, long limit) {
        this.out = out;
        this.json = json;
        this.limit = limit;
    }

    /** Signals that the command is still running; may be called at any rate. Throws if the client is gone. */
    void alive() {
        out.accept(ALIVE);
    }

    /** Writes an answer that consists of one or more sentences. */
    void say(String sentences) {
        if (json) {
            object("", object -> object.field("message", sentences));
        } else {
            out.accept(Printable.lines(sentences) + '\n');
        }
    }

    /** Writes an answer that consists of one object. Each line of the text must already be safe to print. */
    void object(String text, Consumer<JsonWriter> fields) {
        out.accept((json ? json(fields) : text) + '\n');
    }

    /** Writes an answer that is a table: lines of a padded name, a colon and a value. */
    void table(int nameWidth, Map<String, ?> values) {
        if (json) {
            object("", object -> values.forEach(object::field));
            return;
        }
        StringBuilder lines = new StringBuilder();
        values.forEach((name, value) -> lines.append(padded(name, nameWidth))
                .append(": ")
                .append(Printable.line(String.valueOf(value)))
                .append('\n'));
        out.accept(lines.toString());
    }

    /** Begins an answer that is a list: rows follow, then {@link #endList}. */
    void beginList() {
        listing = true;
        if (json) {
            out.accept("[");
        }
    }

    /** Returns how many more rows fit. */
    long room() {
        return limit - rows;
    }

    /** Writes a row unless the list is full. Each line of the text must already be safe to print. */
    void row(String text, Consumer<JsonWriter> fields) {
        if (room() <= 0) {
            return;
        }
        if (json) {
            separate();
            out.accept(json(fields));
        } else {
            out.accept(text + '\n');
        }
        rows++;
    }

    private void separate() {
        out.accept(rows == 0 ? "\n" : ",\n");
    }

    void endList() {
        listing = false;
        if (json) {
            out.accept("\n]\n");
        }
    }

    /** Reports the failure of the command. Within a list, the error becomes the last row. */
    void fail(String text) {
        if (!json) {
            out.accept(Printable.lines(text) + '\n');
            return;
        }
        if (listing) {
            separate();
        }
        out.accept(json(object -> object.field("error", text)) + '\n');
        if (listing) {
            endList();
        }
    }

    private static String json(Consumer<JsonWriter> fields) {
        JsonWriter writer = new JsonWriter().beginObject();
        fields.accept(writer);
        return writer.endObject().toString();
    }

    /** Pads the text with trailing spaces. */
    static String padded(String text, int width) {
        return text.length() >= width ? text : text + " ".repeat(width - text.length());
    }
}
