package io.freshet.fleet.watch;

import io.freshet.fleet.validation.InvalidFleetException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/** Texts of what is wrong with a configuration: the property, its file and line, the reason; never a value. */
final class ConfigurationFaults {

    private ConfigurationFaults() {}

    static List<String> of(Throwable failure) {
        BindException unbound = null;
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof InvalidFleetException invalid) {
                return invalid.errors();
            }
            if (each instanceof UnboundConfigurationPropertiesException unknown) {
                return unknown.getUnboundProperties().stream()
                        .map(property -> place(property) + ": is not a known setting")
                        .sorted()
                        .toList();
            }
            if (each instanceof BindException notBound) {
                unbound = notBound;
            }
            if (each instanceof MarkedYAMLException notYaml) {
                return List.of(invalidYaml(notYaml));
            }
        }
        return List.of(unbound == null ? failure.toString() : unbindable(unbound));
    }

    private static String unbindable(BindException failure) {
        Class<?> type = failure.getTarget().getType().resolve(Object.class);
        Object[] constants = type.getEnumConstants();
        String expected = constants == null
                ? "is not a valid " + type.getSimpleName()
                : "is not one of "
                        + Arrays.stream(constants)
                                .map(constant -> constant.toString()
                                        .toLowerCase(Locale.ROOT)
                                        .replace('_', '-'))
                                .collect(Collectors.joining(", "));
        ConfigurationProperty property = failure.getProperty();
        return (property == null ? failure.getName().toString() : place(property)) + ": " + expected;
    }

    private static String place(ConfigurationProperty property) {
        return property.getName() + (property.getOrigin() == null ? "" : " (" + property.getOrigin() + ")");
    }

    /** A YAML parser's message repeats the lines that it does not understand, which may hold a secret. */
    private static String invalidYaml(MarkedYAMLException failure) {
        Mark mark = failure.getProblemMark();
        return "is not valid YAML"
                + (mark == null ? "" : ", in line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1))
                + ": "
                + failure.getProblem();
    }
}
