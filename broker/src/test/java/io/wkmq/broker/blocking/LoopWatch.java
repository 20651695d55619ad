package io.wkmq.broker.blocking;

import java.util.List;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;
import reactor.blockhound.BlockHound;

/**
 * Watches all event loops of the test JVM for blocking calls. Registered in {@code META-INF/services}. A finding fails the class that ends
 * next ({@link LoopCheck}), or the whole run if there is none.
 */
public final class LoopWatch implements LauncherSessionListener {
    @Override
    public void launcherSessionOpened(LauncherSession session) {
        BlockHound.builder().loadIntegrations().with(new LoopRules()).install();
    }

    @Override
    public void launcherSessionClosed(LauncherSession session) {
        List<BlockingCall> left = BlockingCalls.take();
        if (!left.isEmpty()) {
            throw new AssertionError(BlockingCalls.describe(left));
        }
    }
}
