package io.wkmq.broker.leak;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Fails the tests if a Netty buffer is garbage collected without having been released: either the class that ends after the detection, or
 * the whole run. Registered in {@code META-INF/services} in both roles. Every buffer is tracked (paranoid, see the pom); a leak is detected
 * when the collector has reclaimed the buffer and another one is allocated.
 */
public final class LeakWatch implements LauncherSessionListener, AfterAllCallback {
    static final String ON_PURPOSE = "leaked on purpose";

    private static final Queue<String> FOUND = new ConcurrentLinkedQueue<>();
    private static final Queue<String> PROVOKED = new ConcurrentLinkedQueue<>();

    private static final int COLLECTIONS = 3;

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        ByteBufUtil.setLeakListener((type, records) ->
                (records.contains(ON_PURPOSE) ? PROVOKED : FOUND).add("A " + type + " was leaked:" + records));
    }

    @Override
    public void afterAll(ExtensionContext context) {
        check();
    }

    @Override
    public void launcherSessionClosed(LauncherSession session) {
        for (int i = 0; i < COLLECTIONS; i++) {
            look();
        }
        check();
    }

    /** Lets what was leaked so far be found out. */
    static void look() {
        System.gc();
        ByteBuf other = PooledByteBufAllocator.DEFAULT.directBuffer(1);
        other.release();
    }

    /** How many leaks were found out that a test has made on purpose. */
    static int provoked() {
        return PROVOKED.size();
    }

    private static void check() {
        List<String> leaks = new ArrayList<>();
        for (String leak = FOUND.poll(); leak != null; leak = FOUND.poll()) {
            leaks.add(leak);
        }
        if (!leaks.isEmpty()) {
            throw new AssertionError(
                    leaks.size() + " buffers were leaked, by this class or an earlier one; the first: " + leaks.get(0));
        }
    }
}
