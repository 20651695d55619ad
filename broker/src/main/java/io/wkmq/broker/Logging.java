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
 * The process's log. Its settings reach {@code etc/logback.xml} as system properties, so it has to start before any class
 * asks for a logger. Closing it writes what is still queued. Confined to the main thread, but for {@link #end}.
 */
final class Logging implements AutoCloseable {
    private static final String CONFIGURATION = "logback.configurationFile";

    /** Set by {@code bin/wkmq start}: the console is a file that nobody rotates. */
    private static final String DAEMON = "wkmq.daemon";

    private Logging() {}

    /**
     * Starts logging as configured.
     *
     * @throws StartupException if there is no file to log to
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

    /** The node's own etc if it has a logback.xml there, else the distribution's. */
    private static Path etc(Home home) {
        Path own = home.root().resolve("etc");
        return Files.exists(own.resolve("logback.xml"))
                ? own
                : home.distribution().resolve("etc");
    }

    /** Tells the administrator what the configuration had to say. */
    void notices(List<String> notices) {
        Logger log = LoggerFactory.getLogger(Logging.class);
        notices.forEach(notice -> log.info("configuration: {}", notice));
    }

    @Override
    public void close() {
        end();
    }

    /**
     * Writes what is still queued, and logs nothing any more: for the end of the process. Any thread; blocks for some seconds at most, unless
     * the disk hangs.
     */
    static void end() {
        ILoggerFactory factory = LoggerFactory.getILoggerFactory();
        if (factory instanceof LoggerContext context) {
            stop(context);
        }
    }

    /** Ends the queues first: a context that is stopped closes the files while there are still lines in the queues. */
    static void stop(LoggerContext context) {
        Iterator<Appender<ILoggingEvent>> queues =
                context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).iteratorForAppenders();
        queues.forEachRemaining(Appender::stop);
        context.stop();
    }
}
