// Judges the CRDs of a folder and then objects against them, as the API server does: structure, CEL rules and what they cost,
// and unknown fields. Reads {"crds": [...], "objects": [...]} and prints {"crds": [[problem]], "objects": [[problem]]}.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/install"
	v1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	apivalidation "k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
)

type input struct {
	CRDs    []json.RawMessage        `json:"crds"`
	Objects []map[string]interface{} `json:"objects"`
}

type output struct {
	CRDs    [][]string `json:"crds"`
	Objects [][]string `json:"objects"`
}

type door struct {
	structural *schema.Structural
	schema     apivalidation.SchemaValidator
	cel        *cel.Validator
}

func main() {
	var in input
	fatal(json.NewDecoder(os.Stdin).Decode(&in))
	scheme := runtime.NewScheme()
	install.Install(scheme)
	out := output{CRDs: [][]string{}, Objects: [][]string{}}
	doors := map[string]door{}
	for _, raw := range in.CRDs {
		var written v1.CustomResourceDefinition
		fatal(json.Unmarshal(raw, &written))
		scheme.Default(&written)
		var crd apiextensions.CustomResourceDefinition
		fatal(scheme.Convert(&written, &crd, nil))
		// What the API server fills in on creation.
		crd.Status.StoredVersions = []string{storage(crd)}
		problems := []string{}
		for _, err := range validation.ValidateCustomResourceDefinition(context.TODO(), &crd) {
			problems = append(problems, err.Error())
		}
		out.CRDs = append(out.CRDs, problems)
		for _, version := range crd.Spec.Versions {
			doors[crd.Spec.Names.Kind+" "+crd.Spec.Group+"/"+version.Name] = open(crd, version)
		}
	}
	for _, object := range in.Objects {
		out.Objects = append(out.Objects, judge(doors, object))
	}
	fatal(json.NewEncoder(os.Stdout).Encode(out))
}

func storage(crd apiextensions.CustomResourceDefinition) string {
	for _, version := range crd.Spec.Versions {
		if version.Storage {
			return version.Name
		}
	}
	return ""
}

func open(crd apiextensions.CustomResourceDefinition, version apiextensions.CustomResourceDefinitionVersion) door {
	properties := version.Schema
	if properties == nil {
		properties = crd.Spec.Validation
	}
	structural, err := schema.NewStructural(properties.OpenAPIV3Schema)
	fatal(err)
	validator, _, err := apivalidation.NewSchemaValidator(properties.OpenAPIV3Schema)
	fatal(err)
	return door{structural, validator, cel.NewValidator(structural, true, celconfig.PerCallLimit)}
}

func judge(doors map[string]door, object map[string]interface{}) []string {
	problems := []string{}
	door, known := doors[fmt.Sprint(object["kind"], " ", object["apiVersion"])]
	if !known {
		return append(problems, "no such version")
	}
	for _, unknown := range pruning.PruneWithOptions(object, door.structural, true, schema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true}) {
		problems = append(problems, "unknown field "+unknown)
	}
	for _, err := range apivalidation.ValidateCustomResource(nil, object, door.schema) {
		problems = append(problems, err.Error())
	}
	errs, _ := door.cel.Validate(context.TODO(), field.NewPath(""), door.structural, object, nil, celconfig.RuntimeCELCostBudget)
	for _, err := range errs {
		problems = append(problems, err.Error())
	}
	return problems
}

func fatal(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
