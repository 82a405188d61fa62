// What a client may send, checked as class-validator does it.

import { Type } from 'class-transformer';
import {
  ArrayMaxSize, ArrayMinSize, IsArray, IsISO8601, IsNumber, IsObject, IsOptional, IsPositive, IsString, Length, Matches,
  Max, MaxLength, Min, ValidateNested,
} from 'class-validator';

export class NewItem {
  @IsString() @MaxLength(100) @Matches(/\S/) sku: string;
  @IsNumber({ maxDecimalPlaces: 3 }) @IsPositive() @Max(1e9) qt: number;
}

export class NewInvoice {
  @IsString() @MaxLength(200) @Matches(/\S/) customer: string;
  @IsNumber({ maxDecimalPlaces: 2 }) @Min(0) @Max(1e13) amount: number;
  @IsOptional() @IsString() @Length(3, 3) currency?: string;
  @IsString() @MaxLength(200) @Matches(/\S/) reference: string;
  @IsOptional() @IsISO8601() date?: string;
  @IsArray() @ArrayMinSize(1) @ArrayMaxSize(1000) @ValidateNested({ each: true }) @Type(() => NewItem) items: NewItem[];
  @IsOptional() @IsObject() metadata?: Record<string, string>;
}
