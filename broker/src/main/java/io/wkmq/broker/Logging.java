package io.wkmq.broker;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import io.wkmq.broker.config.LogConfig;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.slf4j.ILoggerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of the process. {@code etc/logback.xml} reads its settings from system properties, so logging has to be started
 * before any class asks for a logger. Closing it flushes the queued lines. Confined to the main thread, except {@link #end}.
 */
final class Logging implements AutoCloseable {
    private static final String CONFIGURATION = "logback.configurationFile";

    /** Set by {@code bin/wkmq start}, which redirects the console to a file that is never rotated. */
    private static final String DAEMON = "wkmq.daemon";

    private Logging() {}

    /**
     * Starts logging as configured.
     *
     * @throws StartupException if the log file cannot be written
     */
    static Logging start(LogConfig config, Home home) {
        Path etc = etc(home);
        if (System.getProperty(CONFIGURATION) == null) {
            System.setProperty(CONFIGURATION, etc.resolve("logback.xml").toString());
        }
        Path file = config.dir().resolve("wkmq.log");
        try {
            Files.createDirectories(config.dir());
        } catch (IOException e) {
            throw new StartupException("cannot make the directory of the log " + config.dir() + ": " + e, e);
        }
        if (!Files.isWritable(Files.exists(file) ? file : config.dir())) {
            throw new StartupException("cannot write the log " + file + "; expected log.dir to be writable");
        }
        boolean console = config.console() && !Boolean.getBoolean(DAEMON);
        System.setProperty("wkmq.log.path", config.dir() + File.separator + "wkmq");
        System.setProperty("wkmq.log.level", config.level().name());
        System.setProperty("wkmq.log.etc", etc.toString());
        System.setProperty("wkmq.log.format", config.format().name().toLowerCase(Locale.ROOT));
        System.setProperty("wkmq.log.console", console ? "ALL" : "OFF");
        System.setProperty("wkmq.log.rotation.bytes", Long.toString(config.rotationBytes()));
        System.setProperty("wkmq.log.rotation.count", Integer.toString(config.rotationCount()));
        return new Logging();
    }

    /** Returns the node's own {@code etc} if it contains a logback.xml, otherwise the distribution's. */
    private static Path etc(Home home) {
        Path own = home.root().resolve("etc");
        return Files.exists(own.resolve("logback.xml"))
                ? own
                : home.distribution().resolve("etc");
    }

    /** Logs the notices of the configuration. */
    void notices(List<String> notices) {
        Logger log = LoggerFactory.getLogger(Logging.class);
        notices.forEach(notice -> log.info("configuration: {}", notice));
    }

    @Override
    public void close() {
        end();
    }

    /**
     * Flushes the queued lines and stops logging, at the end of the process. Callable on any thread. Blocks for a few seconds
     * at most, unless the disk hangs.
     */
    static void end() {
        ILoggerFactory factory = LoggerFactory.getILoggerFactory();
        if (factory instanceof LoggerContext context) {
            stop(context);
        }
    }

    /** Stops the queues first: a stopped context closes the files although the queues may still hold lines. */
    static void stop(LoggerContext context) {
        Iterator<Appender<ILoggingEvent>> queues =
                context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).iteratorForAppenders();
        queues.forEachRemaining(Appender::stop);
        context.stop();
    }
}
