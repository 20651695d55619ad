package io.wkmq.broker.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The keys {@code plugin.<name>.<setting>}; only the plugin knows which settings exist. Pure functions. */
final class PluginKeys {
    private static final Pattern KEY = Pattern.compile("plugin\\.([A-Za-z0-9_-]+)\\.(.+)");

    private PluginKeys() {}

    static boolean matches(String key) {
        return KEY.matcher(key).matches();
    }

    /** Returns the plugin's name. */
    static String plugin(String key) {
        return parts(key).group(1);
    }

    /** Returns the plugin's name of the setting. */
    static String setting(String key) {
        return parts(key).group(2);
    }

    /**
     * Converts a key of the environment, where names contain no hyphens, to the intended one: plugin names contain no
     * underscores.
     */
    static String withHyphens(String key) {
        return "plugin." + plugin(key).replace('_', '-') + "." + setting(key);
    }

    private static Matcher parts(String key) {
        Matcher matcher = KEY.matcher(key);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + key + "' is no plugin's key; expected plugin.<name>.<setting>");
        }
        return matcher;
    }
}
