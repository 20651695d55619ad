package io.wkmq.broker.ctl;

import io.wkmq.broker.http.JsonWriter;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What a command answers, as EMQ's text or as one JSON document: a sentence, an object, a table of values, or a list that is
 * never in memory as a whole. Confined to the thread that runs the command.
 */
final class Answer {
    /** That the command still runs; no part of the answer, and in no text of one. */
    static final String ALIVE = "\0";

    private final Consumer<String> out;
    private final boolean json;
    private final long limit;
    private boolean listing;
    private long rows;

    /**
     * An empty answer.
     *
     * @param out takes what is written; may wait, and may throw to end the command
     * @param limit how many rows a list may have
     */
    Answer(Consumer<String> out, boolean json, long limit) {
        this.out = out;
        this.json = json;
        this.limit = limit;
    }

    /** Says that the command still runs, which may be as often as it likes; throws if nobody waits for the answer any more. */
    void alive() {
        out.accept(ALIVE);
    }

    /** The whole answer is a sentence, or some. */
    void say(String sentences) {
        if (json) {
            object("", object -> object.field("message", sentences));
        } else {
            out.accept(Printable.lines(sentences) + '\n');
        }
    }

    /** The whole answer is an object; each line of its text is safe. */
    void object(String text, Consumer<JsonWriter> fields) {
        out.accept((json ? json(fields) : text) + '\n');
    }

    /** The whole answer is a table: lines of a padded name, a colon and a value. */
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

    /** The whole answer is a list: rows follow, then {@link #endList}. */
    void beginList() {
        listing = true;
        if (json) {
            out.accept("[");
        }
    }

    /** How many rows may still follow. */
    long room() {
        return limit - rows;
    }

    /** A row, unless there is no room; each line of its text is safe. */
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

    /** The command failed, perhaps in the middle of a list, which becomes the last row then. */
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

    /** The text with blanks behind it. */
    static String padded(String text, int width) {
        return text.length() >= width ? text : text + " ".repeat(width - text.length());
    }
}
