package io.wkmq.broker.blocking;

import java.util.List;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestPlan;
import reactor.blockhound.BlockHound;

/**
 * Watches all event loops of the test JVM for blocking calls. Registered in {@code META-INF/services}. A finding fails the class that ends
 * next ({@link LoopCheck}), or the whole run if there is none.
 */
public final class LoopWatch implements LauncherSessionListener {
    /** Changes the JDK's classes when the first test is executed: a build tool that only lists the tests must not be changed. */
    private static final class Installer implements TestExecutionListener {
        @Override
        public void testPlanExecutionStarted(TestPlan plan) {
            BlockHound.builder().loadIntegrations().with(new LoopRules()).install();
        }
    }

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        session.getLauncher().registerTestExecutionListeners(new Installer());
    }

    @Override
    public void launcherSessionClosed(LauncherSession session) {
        List<BlockingCall> left = BlockingCalls.take();
        if (!left.isEmpty()) {
            throw new AssertionError(BlockingCalls.describe(left));
        }
    }
}
