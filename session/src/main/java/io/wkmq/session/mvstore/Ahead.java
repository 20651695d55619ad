package io.wkmq.session.mvstore;

import java.util.function.ToLongFunction;
import org.h2.mvstore.Cursor;

/** A cursor that looks one entry ahead, to be read in step with others that are ordered by the same number. One thread. */
final class Ahead<K> {
    private final Cursor<K, byte[]> cursor;
    private boolean taken = true;
    private boolean ended;

    Ahead(Cursor<K, byte[]> cursor) {
        this.cursor = cursor;
    }

    /** Takes the next entry if its number is smaller. */
    boolean isBefore(long number, ToLongFunction<K> of) {
        return look() && take(of.applyAsLong(cursor.getKey()) < number);
    }

    /** Takes the next entry if it has that number. */
    boolean isAt(long number, ToLongFunction<K> of) {
        return look() && take(of.applyAsLong(cursor.getKey()) == number);
    }

    /** Takes all that is left and says how many that were. */
    long rest() {
        long count = 0;
        while (look()) {
            taken = true;
            count++;
        }
        return count;
    }

    /** The key of the entry that was taken last. */
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
