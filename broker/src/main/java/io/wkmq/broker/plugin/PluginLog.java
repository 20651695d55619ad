package io.wkmq.broker.plugin;

import java.text.MessageFormat;
import java.util.MissingResourceException;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The logger of a plugin, backed by the broker's log. Thread-safe. */
final class PluginLog implements System.Logger {
    private final Logger log;

    PluginLog(String pluginName) {
        this.log = LoggerFactory.getLogger("plugin." + pluginName);
    }

    @Override
    public String getName() {
        return log.getName();
    }

    @Override
    public boolean isLoggable(Level level) {
        return switch (level) {
            case ALL, TRACE -> log.isTraceEnabled();
            case DEBUG -> log.isDebugEnabled();
            case INFO -> log.isInfoEnabled();
            case WARNING -> log.isWarnEnabled();
            case ERROR -> log.isErrorEnabled();
            case OFF -> false;
        };
    }

    @Override
    public void log(Level level, @Nullable ResourceBundle bundle, @Nullable String text, @Nullable Throwable cause) {
        write(level, translated(bundle, text), cause);
    }

    @Override
    public void log(
            Level level,
            @Nullable ResourceBundle bundle,
            @Nullable String format,
            @Nullable Object @Nullable ... parameters) {
        if (isLoggable(level)) {
            String text = translated(bundle, format);
            boolean plain = parameters == null || parameters.length == 0;
            write(level, plain ? text : MessageFormat.format(text, parameters), null);
        }
    }

    private void write(Level level, String text, @Nullable Throwable cause) {
        switch (level) {
            case ALL, TRACE -> log.trace("{}", text, cause);
            case DEBUG -> log.debug("{}", text, cause);
            case INFO -> log.info("{}", text, cause);
            case WARNING -> log.warn("{}", text, cause);
            case ERROR -> log.error("{}", text, cause);
            case OFF -> {}
        }
    }

    private static String translated(@Nullable ResourceBundle bundle, @Nullable String text) {
        if (bundle == null || text == null) {
            return String.valueOf(text);
        }
        try {
            return bundle.getString(text);
        } catch (MissingResourceException e) {
            return text;
        }
    }
}
