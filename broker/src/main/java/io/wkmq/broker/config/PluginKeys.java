package io.wkmq.broker.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The keys {@code plugin.<name>.<setting>}: only the plugin knows which ones exist. Pure functions. */
final class PluginKeys {
    private static final Pattern KEY = Pattern.compile("plugin\\.([A-Za-z0-9_-]+)\\.(.+)");

    private PluginKeys() {}

    static boolean matches(String key) {
        return KEY.matcher(key).matches();
    }

    /** The plugin's name. */
    static String plugin(String key) {
        return parts(key).group(1);
    }

    /** What the plugin calls the setting. */
    static String setting(String key) {
        return parts(key).group(2);
    }

    /** The key that was meant by the environment, which has no hyphens; a plugin's name has no underscores. */
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
