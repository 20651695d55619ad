package io.wkmq.cluster.security;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The connections to a port that are still in their handshakes, which anybody can open. Their number is limited, in total and per
 * address. When a limit is reached a new connection replaces the oldest one: nodes complete their handshakes within milliseconds,
 * strangers never. Thread-safe.
 *
 * @param <C> a connection; compared by identity
 */
public final class Unfinished<C> {
    private final int max;
    private final int maxOfAddress;

    @GuardedBy("this")
    private final Map<C, InetAddress> oldestFirst = new LinkedHashMap<>();

    /** Creates it with limits in total and per address. */
    public Unfinished(int max, int maxOfAddress) {
        this.max = max;
        this.maxOfAddress = maxOfAddress;
    }

    /**
     * Adds a connection.
     *
     * @return the connection that was replaced and must be closed; null if there was room
     */
    public synchronized @Nullable C add(C connection, @Nullable SocketAddress remote) {
        InetAddress address = remote instanceof InetSocketAddress from && from.getAddress() != null
                ? from.getAddress()
                : InetAddress.getLoopbackAddress(); // it is closed already
        C closed = null;
        if (count(address) == maxOfAddress) {
            closed = removeOldest(address);
        } else if (oldestFirst.size() == max) {
            closed = removeOldest(null);
        }
        oldestFirst.put(connection, address);
        return closed;
    }

    /** Removes a connection whose handshake is over; does nothing if it is not there. */
    public synchronized void remove(C connection) {
        oldestFirst.remove(connection);
    }

    @GuardedBy("this")
    private int count(InetAddress address) {
        int count = 0;
        for (InetAddress each : oldestFirst.values()) {
            count += each.equals(address) ? 1 : 0;
        }
        return count;
    }

    @GuardedBy("this")
    private @Nullable C removeOldest(@Nullable InetAddress of) {
        Iterator<Map.Entry<C, InetAddress>> entries = oldestFirst.entrySet().iterator();
        while (entries.hasNext()) {
            Map.Entry<C, InetAddress> entry = entries.next();
            if (of == null || entry.getValue().equals(of)) {
                C oldest = entry.getKey();
                entries.remove();
                return oldest;
            }
        }
        return null;
    }
}
