package io.wkmq.session.mvstore;

import java.util.function.ToLongFunction;
import org.h2.mvstore.Cursor;

/** A cursor with one entry of lookahead, to be merged with others ordered by the same number. Not thread-safe. */
final class Ahead<K> {
    private final Cursor<K, byte[]> cursor;
    private boolean taken = true;
    private boolean ended;

    Ahead(Cursor<K, byte[]> cursor) {
        this.cursor = cursor;
    }

    /** Consumes the next entry if its number is smaller. */
    boolean isBefore(long number, ToLongFunction<K> of) {
        return look() && take(of.applyAsLong(cursor.getKey()) < number);
    }

    /** Consumes the next entry if it has that number. */
    boolean isAt(long number, ToLongFunction<K> of) {
        return look() && take(of.applyAsLong(cursor.getKey()) == number);
    }

    /** Consumes the remaining entries and returns their count. */
    long rest() {
        long count = 0;
        while (look()) {
            taken = true;
            count++;
        }
        return count;
    }

    /** Returns the key of the last consumed entry. */
    K key() {
        return cursor.getKey();
    }

    byte[] value() {
        return cursor.getValue();
    }

    private boolean look() {
        if (taken && !ended) {
            ended = !cursor.hasNext();
            if (!ended) {
                cursor.next();
                taken = false;
            }
        }
        return !ended;
    }

    private boolean take(boolean wanted) {
        taken = wanted;
        return wanted;
    }
}
