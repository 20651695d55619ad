package io.wkmq.plugins.authfile;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * A bounded cache of recently verified credentials, which evicts the oldest. An entry is valid only for the stored hash it was
 * checked against, so that a changed password or a removed user takes effect at once. Thread-safe; the lock is held only for a
 * look-up.
 */
final class VerifiedCredentials {
    private record Entry(PasswordHash against, long atNanos) {}

    private final int entriesMax;
    private final long ttlNanos;
    private final LongSupplier nanoTime;

    @GuardedBy("this")
    private final Map<CredentialsPrint, Entry> entries = new LinkedHashMap<>();

    /** Creates an empty cache; remembers nothing if {@code ttl} is zero. */
    VerifiedCredentials(int entriesMax, Duration ttl, LongSupplier nanoTime) {
        this.entriesMax = entriesMax;
        this.ttlNanos = ttl.toNanos();
        this.nanoTime = nanoTime;
    }

    synchronized boolean contains(CredentialsPrint print, PasswordHash against) {
        Entry entry = entries.get(print);
        if (entry == null) {
            return false;
        }
        if (!entry.against.equals(against) || nanoTime.getAsLong() - entry.atNanos >= ttlNanos) {
            entries.remove(print);
            return false;
        }
        return true;
    }

    synchronized void add(CredentialsPrint print, PasswordHash against) {
        if (ttlNanos == 0) {
            return;
        }
        entries.remove(print); // makes it the youngest
        entries.put(print, new Entry(against, nanoTime.getAsLong()));
        if (entries.size() > entriesMax) {
            entries.remove(entries.keySet().iterator().next());
        }
    }

    synchronized int size() {
        return entries.size();
    }
}
