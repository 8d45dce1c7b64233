// Prints how Go declares the fields of the API's types, which the published schemas do not tell, as JSON:
// schema name → field name → "[*]type[ always][ in Embedded.Embedded]", where `always` means that a zero value is written, too.
package main

import (
	"encoding/json"
	"os"
	"reflect"
	"strings"

	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/scheme"
	apiregistration "k8s.io/kube-aggregator/pkg/apis/apiregistration/v1"
)

var types = map[string]map[string]string{}

func schemaName(t reflect.Type) string {
	path := strings.TrimPrefix(t.PkgPath(), "k8s.io/")
	return "io.k8s." + strings.ReplaceAll(path, "/", ".") + "." + t.Name()
}

func visit(t reflect.Type) {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		visit(t.Elem())
		return
	case reflect.Struct:
	default:
		return
	}
	name := schemaName(t)
	if _, seen := types[name]; seen || !strings.HasPrefix(t.PkgPath(), "k8s.io/") {
		return
	}
	fields := map[string]string{}
	types[name] = fields
	collect(t, fields, nil)
}

// collect adds the fields of t; `in` names the structs that embed it, outermost first.
func collect(t reflect.Type, fields map[string]string, in []string) {
	for i := 0; i < t.NumField(); i++ {
		field := t.Field(i)
		tag, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		if !field.IsExported() || tag == "-" {
			continue
		}
		if field.Anonymous && tag == "" {
			embedded := field.Type
			if embedded.Kind() == reflect.Pointer {
				embedded = embedded.Elem()
			}
			if embedded.Kind() != reflect.Struct {
				continue
			}
			collect(embedded, fields, append(append([]string{}, in...), field.Name))
			continue
		}
		text := field.Type.String()
		omitted := strings.Contains(options, "omitempty") && field.Type.Kind() != reflect.Struct
		if !omitted && !strings.Contains(options, "omitzero") {
			text += " always"
		}
		if len(in) > 0 {
			text += " in " + strings.Join(in, ".")
		}
		fields[tag] = text
		visit(field.Type)
	}
}

func main() {
	all := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{scheme.AddToScheme, apiextensions.AddToScheme, apiregistration.AddToScheme} {
		if err := add(all); err != nil {
			panic(err)
		}
	}
	for _, t := range all.AllKnownTypes() {
		visit(t)
	}
	if err := json.NewEncoder(os.Stdout).Encode(types); err != nil {
		panic(err)
	}
}
